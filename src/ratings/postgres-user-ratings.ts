import { eq, sql } from 'drizzle-orm'
import { strengthOf, strengthSql } from '../config/event-kinds.ts'
import type { Database } from '../db/database.ts'
import { ratings } from '../db/schema.ts'
import { eventColumns } from './current-rating.ts'
import { isVoidSql, retract } from './postgres-retractions.ts'
import { readEvents, readRatings } from './postgres-user-events.ts'
import type { RatingEvent } from './rating.ts'
import { retryingConflicts } from './retrying-conflicts.ts'
import type { ErasedRatings, SavedRatings, UserRatings } from './user-ratings.ts'

type Drizzle = Database['db']

export function createPostgresUserRatings({ db }: Pick<Database, 'db'>): UserRatings {
  return {
    of: (userId) =>
      db
        .select({ itemId: ratings.itemId, value: ratings.value })
        .from(ratings)
        .where(eq(ratings.userId, userId)),
    page: (userId, after, count) => readRatings(db, userId, after, count),
    events: (userId, after, count) => readEvents(db, userId, after, count),
    save: (events) => save(db, events),
    retract: (userId, itemId) => retract(db, userId, itemId),
    erase: (userId) => erase(db, userId),
  }
}

async function save(db: Drizzle, events: readonly RatingEvent[]): Promise<SavedRatings> {
  const latest = latestOfEachStrength(events)
  const arrays = sql.join(
    [
      arrayOf(latest, 'text', ({ userId }) => userId),
      arrayOf(latest, 'text', ({ itemId }) => itemId),
      arrayOf(latest, 'float8', ({ value }) => value),
      arrayOf(latest, 'float8', ({ time }) => time),
      arrayOf(latest, 'text', ({ kind }) => kind),
      arrayOf(latest, 'int4', ({ timedByServer }) => Number(timedByServer)),
    ],
    sql.raw(', '),
  )
  const columns = sql.raw(eventColumns)
  const [counts] = await retryingConflicts(() =>
    db.execute<{ inserted: number; saved: number }>(sql`
      with batch as materialized (
        select palate_batch_of_today() as batch_id, nextval('rating_arrivals') as arrival
      ), events as (
        select distinct on (user_id, item_id)
          user_id, item_id, value, to_timestamp(time) as rated_at, kind, by_server = 1 as timed_by_server, batch_id, arrival
        from unnest(${arrays}) as sent (user_id, item_id, value, time, kind, by_server), batch
        where by_server = 1 or not exists (
          select from retractions
          where (retractions.user_id, retractions.item_id) = (sent.user_id, sent.item_id)
            and ${sql.raw(isVoidSql('to_timestamp(time)'))}
        )
        order by user_id, item_id, ${strength('sent')} desc
      ), new_users as (
        insert into users (id) select distinct user_id from events order by 1 on conflict do nothing
      ), new_items as (
        insert into items (id) select distinct item_id from events order by 1 on conflict do nothing
      ), saved as (
        insert into ratings (${columns})
        select ${columns} from events order by user_id, item_id
        on conflict (user_id, item_id)
          do update set value = excluded.value, rated_at = excluded.rated_at, kind = excluded.kind,
            timed_by_server = excluded.timed_by_server, batch_id = excluded.batch_id, arrival = excluded.arrival
          where ${strength('excluded')} > ${strength('ratings')}
            or (${strength('excluded')} = ${strength('ratings')} and (
              ratings.rated_at is null
              or excluded.timed_by_server
              or ratings.rated_at < excluded.rated_at
              or (ratings.rated_at = excluded.rated_at
                and (ratings.value, ratings.kind) <> (excluded.value, excluded.kind))
            ))
        -- xmax is zero in a row that is new
        returning user_id, item_id, xmax = 0 as inserted
      ), kept as (
        insert into rating_history (${columns})
        select ${columns} from events
        where not exists (
          select from saved where (saved.user_id, saved.item_id) = (events.user_id, events.item_id)
        ) and not exists (
          -- sent twice
          select from ratings stored
          where (stored.user_id, stored.item_id, stored.value, stored.rated_at, stored.kind, stored.batch_id)
            = (events.user_id, events.item_id, events.value, events.rated_at, events.kind, events.batch_id)
        ) and not exists (
          -- sent again after it was replaced
          select from rating_history kept
          where (kept.user_id, kept.item_id, kept.value, kept.rated_at, kept.kind, kept.batch_id)
            = (events.user_id, events.item_id, events.value, events.rated_at, events.kind, events.batch_id)
        )
      )
      select count(*) filter (where inserted)::int as inserted, count(*)::int as saved from saved`),
  )
  const { inserted, saved } = counts!
  return { inserted, updated: saved - inserted, unchanged: events.length - saved }
}

/** Columns are sent as arrays: one parameter per value would be limited to 65,535 values. */
function arrayOf(events: readonly TimedEvent[], type: string, column: (event: TimedEvent) => unknown) {
  return sql`${sql.param(events.map(column))}::${sql.raw(type)}[]`
}

function strength(row: 'ratings' | 'excluded' | 'sent') {
  return sql.raw(strengthSql(`${row}.kind`))
}

/** An event without a time of its own has that of its arrival. */
type TimedEvent = Required<RatingEvent> & { readonly timedByServer: boolean }

/** One event for each pair and strength: the strongest may be from before a retraction, and a weaker one from after it. */
function latestOfEachStrength(events: readonly RatingEvent[]): TimedEvent[] {
  const now = Date.now() / 1000
  const latest = new Map<string, TimedEvent>()
  for (const { time, kind = 'rating', ...rating } of events) {
    // no id contains U+0000, so it separates the parts
    const key = [rating.userId, rating.itemId, strengthOf(kind)].join('\u0000')
    const event = { ...rating, time: time ?? now, kind, timedByServer: time === undefined }
    const before = latest.get(key)
    if (before === undefined || isLater(event, before)) latest.set(key, event)
  }
  return [...latest.values()]
}

/** Clocks may be set back, so an event with the time of its arrival is later than all that arrived before. */
function isLater(event: TimedEvent, before: TimedEvent): boolean {
  return event.timedByServer || before.time <= event.time
}

async function erase(db: Drizzle, userId: string): Promise<ErasedRatings> {
  const [counts] = await retryingConflicts(() =>
    db.execute<{ ratings: number; retractions: number }>(sql`
    with erased as (delete from ratings where user_id = ${userId} returning 1),
      retracted as (delete from retractions where user_id = ${userId} returning 1),
      user_erased as (delete from users where id = ${userId})
    select (select count(*) from erased)::int as ratings, (select count(*) from retracted)::int as retractions`),
  )
  return { ...counts! }
}
