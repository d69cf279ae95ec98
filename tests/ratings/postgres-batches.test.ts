import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type EventKind, eventKinds, strengthOf } from '../../src/config/event-kinds.ts'
import { createRandom } from '../../src/random/random.ts'
import type { BatchStatus } from '../../src/ratings/batches.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { createPostgresBatches } from '../../src/ratings/postgres-batches.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { pruneRatingHistory } from '../../src/ratings/rating-history.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const { sql } = database
const batches = createPostgresBatches(database)
const { save, erase } = createPostgresUserRatings(database)

beforeEach(async () => {
  await sql`truncate users, items cascade`
  await sql`delete from rating_batches where id > 1`
})

const rate = (userId: string, itemId: string, value: number, time?: number): Rating => ({
  userId,
  itemId,
  value,
  ...(time === undefined ? {} : { time }),
})

const importAll = (ratings: readonly Rating[], source = 'ratings.csv') =>
  importRatings(sql, {
    name: source,
    bytes: undefined,
    async *ratings() {
      yield [...ratings]
    },
    async *items() {},
    malformed: createMalformedLines(0),
  })

const current = () =>
  sql<[string, string, number, number | null][]>`
    select user_id, item_id, value, extract(epoch from rated_at)::float8 from ratings order by 1, 2`.values()

/** The batch of posted ratings that is open now. */
const today = async () => {
  const [row] = await sql<[{ id: number }]>`
    select id from rating_batches where source = 'http' and changed_at is null`
  return row.id
}

describe('a batch', () => {
  test('of an import has its source, time and counts', async () => {
    await importAll([rate('a', 'x', 1, 10), rate('b', 'x', 2, 10)], 'first.csv')
    const { batch } = await importAll(
      [rate('a', 'x', 3, 11), rate('b', 'x', 1, 9), rate('c', 'y', 4)],
      'second.csv',
    )
    expect(await batches.find(batch)).toEqual({
      id: batch,
      source: 'second.csv',
      day: null,
      status: 'active',
      reason: null,
      receivedAt: expect.any(Date),
      changedAt: null,
      counts: { ratings: 3, inserted: 1, updated: 1, unchanged: 1 },
      current: 2,
      inHistory: 1,
      content: { users: 3, items: 2, lowest: 1, highest: 4, since: new Date(9000), until: new Date(11_000) },
    })
    expect((await batches.list()).map(({ source }) => source)).toEqual(['second.csv', 'first.csv'])
  })

  test('of posted ratings has those of one day', async () => {
    await save([rate('a', 'x', 1)])
    await save([rate('a', 'y', 2), rate('b', 'y', 2)])
    const day = new Date().toISOString().slice(0, 10)
    expect(await batches.list()).toMatchObject([
      { source: 'http', day, status: 'active', counts: null, current: 3, inHistory: 0 },
    ])
  })

  test('1 has the ratings written by SQL, and cannot be changed', async () => {
    await sql`insert into users values ('u')`
    await sql`insert into items values ('i')`
    await sql`insert into ratings values ('u', 'i', 3)`
    expect(await batches.list()).toMatchObject([{ id: 1, source: 'sql', current: 1 }])
    await expect(batches.quarantine(1, 'a test')).rejects.toThrow(
      'Batch 1 has the ratings that were imported without a batch or written by SQL',
    )
  })

  test('that does not exist is named', async () => {
    await expect(batches.find(987)).rejects.toThrow('There is no batch 987')
    await expect(batches.undo(987, 'a test')).rejects.toThrow('There is no batch 987')
  })
})

describe('quarantine', () => {
  test('takes the ratings of a batch away and restores what they replaced, until it is released', async () => {
    await importAll([rate('a', 'x', 1, 10), rate('a', 'y', 2, 10), rate('b', 'x', 3, 10)])
    const before = await current()
    const { batch } = await importAll([rate('a', 'x', 5, 20), rate('b', 'z', 5, 20), rate('b', 'x', 5, 5)])
    const after = await current()
    expect(await batches.quarantine(batch, 'shuffled')).toEqual({
      id: batch,
      status: 'quarantined',
      inserted: 0,
      replaced: 1,
      removed: 1,
    })
    expect(await current()).toEqual(before)
    expect(await batches.find(batch)).toMatchObject({
      status: 'quarantined',
      reason: 'shuffled',
      changedAt: expect.any(Date),
      current: 0,
      inHistory: 3,
    })
    expect(await batches.release(batch)).toEqual({
      id: batch,
      status: 'active',
      inserted: 1,
      replaced: 1,
      removed: 0,
    })
    expect(await current()).toEqual(after)
  })

  test('leaves what a later batch repeats', async () => {
    const { batch } = await importAll([rate('a', 'x', 1, 10), rate('b', 'x', 4, 10)])
    await importAll([rate('a', 'x', 1, 10), rate('b', 'x', 2, 10)])
    await batches.quarantine(batch, 'shuffled')
    expect(await current()).toEqual([
      ['a', 'x', 1, 10],
      ['b', 'x', 2, 10],
    ])
  })

  test('makes an earlier event current that came later than the quarantined one', async () => {
    const { batch } = await importAll([rate('a', 'x', 5, 20)])
    await importAll([rate('a', 'x', 1, 10)])
    await batches.quarantine(batch, 'shuffled')
    expect(await current()).toEqual([['a', 'x', 1, 10]])
  })

  test('of a day of posted ratings leaves the rest of the day to another batch', async () => {
    await save([rate('a', 'x', 1)])
    const batch = await today()
    await batches.quarantine(batch, 'a broken client')
    expect(await current()).toEqual([])
    await save([rate('a', 'x', 2)])
    expect(await today()).not.toBe(batch)
    expect(await current()).toMatchObject([['a', 'x', 2, expect.any(Number)]])
    expect(await batches.release(batch)).toMatchObject({ inserted: 0, replaced: 0 })
  })

  test('is refused twice, and so is the release of an active batch', async () => {
    const { batch } = await importAll([rate('a', 'x', 5)])
    await expect(batches.release(batch)).rejects.toThrow(`Batch ${batch} is active; this needs`)
    await batches.quarantine(batch, 'a test')
    await expect(batches.quarantine(batch, 'a test')).rejects.toThrow(
      `Batch ${batch} is quarantined; this needs`,
    )
  })
})

describe('undo', () => {
  test('restores what was replaced and deletes the events', async () => {
    await importAll([rate('a', 'x', 1, 10), rate('a', 'y', 2, 10)])
    const before = await current()
    const { batch } = await importAll([rate('a', 'x', 5, 20), rate('b', 'z', 5, 20)])
    await batches.quarantine(batch, 'shuffled')
    await batches.undo(batch, 'shuffled')
    expect(await current()).toEqual(before)
    expect(await sql`select 1 from rating_history where batch_id = ${batch}`).toEqual([])
    expect(await batches.find(batch)).toMatchObject({ status: 'undone', current: 0, inHistory: 0 })
    await expect(batches.release(batch)).rejects.toThrow(`Batch ${batch} is undone`)
  })
})

test('ratings from before the history are restored too', async () => {
  await sql`insert into users values ('u')`
  await sql`insert into items values ('i')`
  await sql`insert into ratings (user_id, item_id, value, rated_at, arrival) values ('u', 'i', 3, to_timestamp(5), 0)`
  const { batch } = await importAll([rate('u', 'i', 1, 10)])
  await batches.undo(batch, 'a test')
  expect(await current()).toEqual([['u', 'i', 3, 5]])
})

test('the same file again is a batch without events', async () => {
  const file = [rate('a', 'x', 1, 10), rate('b', 'x', 1)]
  await importAll(file)
  const { batch } = await importAll(file)
  expect(await batches.find(batch)).toMatchObject({ counts: { unchanged: 2 }, current: 0, inHistory: 0 })
})

test('the history ends with the retention, but quarantined events stay', async () => {
  await importAll([rate('a', 'x', 1, 10)])
  const { batch } = await importAll([rate('a', 'x', 2, 20)])
  const { batch: refused } = await importAll([rate('a', 'x', 3, 30)])
  await batches.quarantine(refused, 'a test')
  await sql`update rating_history set since = now() - interval '91 days'`
  expect(await pruneRatingHistory(sql, 90)).toBe(1)
  await batches.undo(batch, 'a test')
  expect(await current()).toEqual([])
  await batches.release(refused)
  expect(await current()).toEqual([['a', 'x', 3, 30]])
})

test('an erased user is in no batch any more', async () => {
  await importAll([rate('a', 'x', 1, 10)])
  const { batch } = await importAll([rate('a', 'x', 2, 20)])
  await batches.quarantine(batch, 'a test')
  await erase('a')
  expect(await sql`select 1 from rating_history`).toEqual([])
  await batches.release(batch)
  expect(await current()).toEqual([])
})

describe('at once', () => {
  test('posts to a batch that is undone are undone or counted in another batch, and none is lost', async () => {
    const pairs = ['a', 'b', 'c'].flatMap((user) => ['x', 'y', 'z'].map((item) => [user, item] as const))
    await importAll(pairs.map(([user, item]) => rate(user, item, 1, 1)))
    let at = 10
    let isChanging = true
    const post = async () => {
      while (isChanging || at < 70) {
        at++
        await save(pairs.map(([user, item]) => rate(user, item, 1 + (at % 5), at)))
      }
    }
    await save([rate('a', 'x', 2, 2)])
    const change = async () => {
      for (let n = 0; n < 6; n++) {
        // until the next post opens one
        const id = await vi.waitFor(today, { interval: 5, timeout: 30_000 })
        await batches.quarantine(id, 'a test')
        await (n % 2 === 0 ? batches.release(id) : batches.undo(id, 'a test'))
      }
    }
    const changing = change().finally(() => {
      isChanging = false
    })
    await Promise.all([post(), post(), changing])
    // every pair has the latest of the events that are left
    const wrong = await sql`
      with events as (
        select user_id, item_id, value, rated_at, batch_id from ratings
        union all select user_id, item_id, value, rated_at, batch_id from rating_history
      ), latest as (
        select user_id, item_id, max(rated_at) as rated_at from events
        join rating_batches on batch_id = id where status = 'active' group by user_id, item_id
      )
      select user_id, item_id from latest left join ratings stored using (user_id, item_id)
      where stored.rated_at is distinct from latest.rated_at`
    expect(wrong).toEqual([])
    expect(await current()).toHaveLength(pairs.length)
    expect(
      await sql`select from ratings join rating_batches on batch_id = id where status <> 'active'`,
    ).toEqual([])
  })

  test('a quarantine counts a post that did not become current and is not committed yet', async () => {
    const { batch } = await importAll([rate('a', 'x', 5, 20)])
    let quarantining: Promise<unknown> | undefined
    await sql.begin(async (transaction) => {
      // as a post does: it locks the rating, finds that it is later, and adds its event to the history
      await transaction`select from ratings where user_id = 'a' for update`
      quarantining = batches.quarantine(batch, 'a test')
      const waiting = () => sql`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`
      await expect.poll(waiting).toHaveLength(1)
      await transaction`
        insert into rating_history (user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival)
        values ('a', 'x', 1, to_timestamp(10), 'rating', false, 1, nextval('rating_arrivals'))`
    })
    await quarantining
    expect(await current()).toEqual([['a', 'x', 1, 10]])
  })

  test('an import decides after a quarantine, and a quarantine waits for an import', async () => {
    const { batch } = await importAll([rate('a', 'x', 5, 20)])
    // the import has read everything and waits for the lock while the batch is quarantined
    let importing: Promise<unknown> | undefined
    await sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(hashtext('palate rating merges'))`
      importing = importAll([rate('a', 'x', 1, 10)])
      const waiting = () => sql`
        select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where datname = current_database() and locktype = 'advisory' and not granted`
      await expect.poll(waiting).toHaveLength(1)
    })
    await Promise.all([importing, batches.quarantine(batch, 'a test')])
    expect(await current()).toEqual([['a', 'x', 1, 10]])
  })
})

/** An event as the reference keeps it. */
interface Arrived extends Rating {
  readonly kind: EventKind
  readonly batch: number
  readonly byServer: boolean
}

/** By the documented rule, one event after the other in the order of arrival. */
function replayInOrder(events: readonly Arrived[], inactive: ReadonlySet<number>) {
  const stored = new Map<string, Arrived>()
  for (const event of events) {
    if (inactive.has(event.batch)) continue
    const pair = `${event.userId} ${event.itemId}`
    const before = stored.get(pair)
    const stronger = before ? strengthOf(event.kind) - strengthOf(before.kind) : 1
    const time = (of: Arrived) => of.time ?? Number.NEGATIVE_INFINITY
    if (stronger > 0 || (stronger === 0 && (event.byServer || time(event) >= time(before!))))
      stored.set(pair, event)
  }
  return [...stored.values()]
    .map(({ userId, itemId, value, kind }) => `${userId} ${itemId} ${value} ${kind}`)
    .sort()
}

test('the current ratings are always those of the active events in the order of arrival', async () => {
  const random = createRandom('batches')
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!
  const event = () => {
    // the last one is of a client whose clock is ahead
    const time = pick([undefined, 1, 2, 3, 4_000_000_000])
    return rate(pick(['a', 'b', 'c', 'd']), pick(['x', 'y', 'z']), 1 + random.integer(5), time)
  }
  const events: Arrived[] = []
  const statuses = new Map<number, BatchStatus>()
  const idsOf = (...wanted: BatchStatus[]) =>
    [...statuses].filter(([, status]) => wanted.includes(status)).map(([id]) => id)
  for (let step = 0; step < 80; step++) {
    const act = pick(['import', 'post', 'post', 'quarantine', 'release', 'undo'] as const)
    if (act === 'import') {
      const ratings = Array.from({ length: 10 }, event)
      const { batch } = await importAll(ratings)
      statuses.set(batch, 'active')
      events.push(
        ...ratings.map((rating) => ({ ...rating, kind: 'rating' as const, batch, byServer: false })),
      )
    } else if (act === 'post') {
      const posted = Array.from({ length: 4 }, () => ({ ...event(), kind: pick(eventKinds) }))
      await save(posted)
      const batch = await today()
      statuses.set(batch, 'active')
      const now = Date.now() / 1000
      events.push(
        ...posted.map((one) => ({ ...one, time: one.time ?? now, batch, byServer: one.time === undefined })),
      )
    } else if (act === 'release') {
      const id = pick(idsOf('quarantined'))
      if (id === undefined) continue
      await batches.release(id)
      statuses.set(id, 'active')
    } else {
      const id = pick(act === 'undo' ? idsOf('active', 'quarantined') : idsOf('active'))
      if (id === undefined) continue
      await batches[act](id, 'a test')
      statuses.set(id, act === 'undo' ? 'undone' : 'quarantined')
    }
    const rows = await sql<{ row: string }[]>`
      select user_id || ' ' || item_id || ' ' || value || ' ' || kind as row from ratings`
    expect(rows.map(({ row }) => row).sort()).toEqual(
      replayInOrder(events, new Set(idsOf('quarantined', 'undone'))),
    )
  }
})
