import { beforeEach, expect, test } from 'vitest'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { createRandom } from '../../src/random/random.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { createTestDatabase } from '../db/test-database.ts'

const { sql } = await createTestDatabase()

beforeEach(() => sql`truncate users, items cascade`)

async function* pagesOf(ratings: readonly Rating[]): AsyncGenerator<Rating[]> {
  yield [...ratings]
}

const store = (ratings: readonly Rating[]) =>
  importRatings(sql, {
    name: 'ratings',
    bytes: undefined,
    ratings: () => pagesOf(ratings),
    items: async function* () {},
    malformed: createMalformedLines(0),
  })

test('the database gives the same interactions as the file that was imported into it', async () => {
  const random = createRandom('postgres interactions')
  const ids = [
    '1',
    '10',
    '2',
    'Z',
    'a',
    'é',
    '\uFFFE',
    '😀',
    '日本',
    ...Array.from({ length: 300 }, (_, n) => `i${n}`),
  ]
  const ratings = Array.from({ length: 20_000 }, (_, n) => ({
    userId: ids[random.integer(ids.length)]!,
    itemId: ids[random.integer(ids.length)]!,
    value: random.integer(10) / 3,
    ...(n % 3 === 0 ? {} : { time: random.integer(1000) + 0.25 }),
  }))
  await store(ratings)
  const [fromDatabase, fromFile] = [await loadInteractions(sql), await readInteractions(pagesOf(ratings))]
  expect(fromDatabase.users.ids).toEqual(fromFile.users.ids)
  expect(fromDatabase.items.ids).toEqual(fromFile.items.ids)
  expect(fromDatabase.matrix).toEqual(fromFile.matrix)
  expect(fromDatabase.times).toEqual(fromFile.times)
  expect(fingerprint(fromDatabase)).toBe(fingerprint(fromFile))
})

test('users and items without a rating are left out', async () => {
  await sql`insert into users select unnest(array['a', 'b', 'c', 'd'])`
  await sql`insert into items select unnest(array['v', 'w', 'x', 'y'])`
  await sql`insert into ratings values ('b', 'w', 2), ('d', 'w', 3), ('d', 'x', 4)`
  const { matrix, users, items, times } = await loadInteractions(sql)
  expect([users.ids, items.ids, times]).toEqual([['b', 'd'], ['w', 'x'], undefined])
  expect(matrix).toEqual({
    rows: 2,
    columns: 2,
    offsets: Int32Array.of(0, 1, 3),
    indices: Int32Array.of(0, 0, 1),
    values: Float32Array.of(2, 3, 4),
  })
})

test('an empty database has no interactions', async () => {
  const { matrix, users, items } = await loadInteractions(sql)
  expect([matrix.rows, matrix.columns, users.size, items.size]).toEqual([0, 0, 0, 0])
})

test('the connection stays usable after any number of ratings', async () => {
  for (const count of [1, 1000, 30_000]) {
    await store(Array.from({ length: count }, (_, n) => ({ userId: `${n % 100}`, itemId: `${n}`, value: 1 })))
    expect((await loadInteractions(sql)).matrix.values).toHaveLength(count)
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  }
})

test('statistics from before an import do not make it a loop over all pairs of a user or item and a rating', async () => {
  const ratings = Array.from({ length: 30_000 }, (_, n) => ({
    userId: `${n % 100}`,
    itemId: `${n}`,
    value: 1,
  }))
  await store(ratings)
  // as an ANALYZE leaves them that runs while the ratings are not committed
  await sql`
    update pg_class set reltuples = 1, relpages = 100
    where oid in ('users'::regclass, 'items'::regclass, 'ratings'::regclass)`
  expect((await loadInteractions(sql)).matrix.values).toHaveLength(ratings.length)
})

test('a value that no matrix can hold is refused with its pair', async () => {
  await sql`insert into users values ('u')`
  await sql`insert into items values ('i')`
  await sql`insert into ratings values ('u', 'i', 1e39)`
  await expect(loadInteractions(sql)).rejects.toThrow('The rating of item i by user u is not finite')
  await sql`update ratings set value = 1e-60`
  expect((await loadInteractions(sql)).matrix.values).toEqual(Float32Array.of(0))
})
