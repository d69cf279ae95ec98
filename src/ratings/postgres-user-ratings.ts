import { eq, sql } from 'drizzle-orm'
import { strengthOf, strengthSql } from '../config/event-kinds.ts'
import type { Database } from '../db/database.ts'
import { ratings } from '../db/schema.ts'
import type { RatingEvent } from './rating.ts'
import type { SavedRatings, UserRatings } from './user-ratings.ts'

type Drizzle = Database['db']

export function createPostgresUserRatings({ db }: Pick<Database, 'db'>): UserRatings {
  return {
    of: (userId) =>
      db
        .select({ itemId: ratings.itemId, value: ratings.value })
        .from(ratings)
        .where(eq(ratings.userId, userId)),
    save: (events) => save(db, events),
    erase: (userId) => erase(db, userId),
  }
}

async function save(db: Drizzle, events: readonly RatingEvent[]): Promise<SavedRatings> {
  const latest = strongestOfEachPair(events)
  // Columns are sent as arrays: one parameter per value would be limited to 65,535 values.
  const column = (values: unknown[], type: string) => sql`${sql.param(values)}::${sql.raw(type)}[]`
  const [counts] = await retryingConflicts(() =>
    db.execute<{ inserted: number; saved: number }>(sql`
      with events as (
        select user_id, item_id, value, to_timestamp(time) as rated_at, kind
        from unnest(
          ${column(
            latest.map(({ userId }) => userId),
            'text',
          )},
          ${column(
            latest.map(({ itemId }) => itemId),
            'text',
          )},
          ${column(
            latest.map(({ value }) => value),
            'float8',
          )},
          ${column(
            latest.map(({ time }) => time),
            'float8',
          )},
          ${column(
            latest.map(({ kind }) => kind),
            'text',
          )}
        ) as events (user_id, item_id, value, time, kind)
      ), new_users as (
        insert into users (id) select distinct user_id from events order by 1 on conflict do nothing
      ), new_items as (
        insert into items (id) select distinct item_id from events order by 1 on conflict do nothing
      ), saved as (
        insert into ratings (user_id, item_id, value, rated_at, kind)
        select user_id, item_id, value, rated_at, kind from events order by 1, 2
        on conflict (user_id, item_id)
          do update set value = excluded.value, rated_at = excluded.rated_at, kind = excluded.kind
          where ${strength('excluded')} > ${strength('ratings')}
            or (${strength('excluded')} = ${strength('ratings')} and (
              ratings.rated_at is null
              or ratings.rated_at < excluded.rated_at
              or (ratings.rated_at = excluded.rated_at
                and (ratings.value, ratings.kind) <> (excluded.value, excluded.kind))
            ))
        -- xmax is zero in a row that is new
        returning xmax = 0 as inserted
      )
      select count(*) filter (where inserted)::int as inserted, count(*)::int as saved from saved`),
  )
  const { inserted, saved } = counts!
  return { inserted, updated: saved - inserted, unchanged: events.length - saved }
}

function strength(row: 'ratings' | 'excluded') {
  return sql.raw(strengthSql(`${row}.kind`))
}

function strongestOfEachPair(events: readonly RatingEvent[]): Required<RatingEvent>[] {
  const now = Date.now() / 1000
  const strongest = new Map<string, Required<RatingEvent>>()
  for (const { time = now, kind = 'rating', ...rating } of events) {
    // no id contains U+0000, so it separates the two
    const pair = `${rating.userId}\u0000${rating.itemId}`
    const event = { ...rating, time, kind }
    const before = strongest.get(pair)
    if (before === undefined || supersedes(event, before)) strongest.set(pair, event)
  }
  return [...strongest.values()]
}

function supersedes(event: Required<RatingEvent>, before: Required<RatingEvent>): boolean {
  const stronger = strengthOf(event.kind) - strengthOf(before.kind)
  return stronger > 0 || (stronger === 0 && before.time <= event.time)
}

/** Retries after a user is erased while their ratings are saved, and after a deadlock of two writers. */
async function retryingConflicts<T>(attempt: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (attempts === 1 || !conflicts.has(sqlState(error))) throw error
    return retryingConflicts(attempt, attempts - 1)
  }
}

const conflicts = new Set<unknown>(['23503', '40P01']) // foreign_key_violation, deadlock_detected

/** Drizzle wraps the driver's error, which has the code. */
function sqlState(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return code ?? (cause === undefined ? undefined : sqlState(cause))
}

async function erase(db: Drizzle, userId: string): Promise<number> {
  const [counts] = await db.execute<{ ratings: number }>(sql`
    with erased as (delete from ratings where user_id = ${userId} returning 1),
      user_erased as (delete from users where id = ${userId})
    select count(*)::int as ratings from erased`)
  return counts!.ratings
}
