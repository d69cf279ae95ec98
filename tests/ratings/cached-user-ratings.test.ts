import { afterAll, expect, test, vi } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { cacheUserRatings } from '../../src/ratings/cached-user-ratings.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const { sql } = database
const postgres = createPostgresUserRatings(database)
const feeds = [openChangeFeed(sql), openChangeFeed(sql)] as const
afterAll(() => feeds.map((feed) => feed.close()))
await vi.waitUntil(() => feeds.every((feed) => feed.isCurrent()), { timeout: 30_000 })
const requested: boolean[] = []
const one = cacheUserRatings(postgres, feeds[0], { historyRequested: (isCached) => requested.push(isCached) })
const other = cacheUserRatings(postgres, feeds[1])

test('reads the database once and then serves from memory', async () => {
  await postgres.save([{ userId: 'once', itemId: 'a', value: 4 }])
  const isKept = async () => {
    expect(await one.of('once')).toEqual([{ itemId: 'a', value: 4 }])
    return requested.at(-1)
  }
  await expect.poll(isKept).toBe(true)
  expect(await isKept()).toBe(true)
})

test('sees its own writes at once', async () => {
  for (let value = 1; value <= 20; value++) {
    await one.save([{ userId: 'own', itemId: 'a', value, time: value }])
    expect(await one.of('own')).toEqual([{ itemId: 'a', value }])
  }
  await one.erase('own')
  expect(await one.of('own')).toEqual([])
})

test('sees writes of another replica, plain SQL or an import within a moment', async () => {
  const seen = () => other.of('elsewhere')
  expect(await seen()).toEqual([])
  await one.save([{ userId: 'elsewhere', itemId: 'a', value: 1 }])
  await expect.poll(seen).toEqual([{ itemId: 'a', value: 1 }])
  await sql`update ratings set value = 2 where user_id = 'elsewhere'`
  await expect.poll(seen).toEqual([{ itemId: 'a', value: 2 }])
  await sql`insert into users (id) select 'many ' || n from generate_series(1, 101) n`
  await sql`insert into items (id) values ('b')`
  await sql`insert into ratings select id, 'b', 3 from users`
  await expect.poll(seen).toContainEqual({ itemId: 'b', value: 3 })
})

test('does not cache a read that started before a change and ended after it', async () => {
  const pending: ((history: RatedItem[]) => void)[] = []
  const slow = { ...postgres, of: () => new Promise<RatedItem[]>((resolve) => pending.push(resolve)) }
  const cached = cacheUserRatings(slow, feeds[0])
  const before = cached.of('slow')
  await cached.save([{ userId: 'slow', itemId: 'a', value: 5 }])
  const after = cached.of('slow')
  pending[0]!([])
  pending[1]!([{ itemId: 'a', value: 5 }])
  expect(await before).toEqual([])
  expect(await after).toEqual([{ itemId: 'a', value: 5 }])
  expect(await cached.of('slow')).toBe(await after)
})

test('reads the database every time while the feed is behind', async () => {
  const behind = cacheUserRatings(postgres, { subscribe: () => {}, isCurrent: () => false })
  await sql`insert into users (id) values ('behind')`
  expect(await behind.of('behind')).toEqual([])
  await sql`insert into ratings values ('behind', 'a', 1)`
  expect(await behind.of('behind')).toEqual([{ itemId: 'a', value: 1 }])
})
