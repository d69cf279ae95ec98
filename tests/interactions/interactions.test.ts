import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { createRandom } from '../../src/random/random.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { readParts } from '../../src/ratings/read-parts.ts'
import { flatten, inPieces } from '../ratings/reading.ts'

/** `ratings` in pages of `size`. */
async function* pagesOf(ratings: readonly Rating[], size = 3): AsyncGenerator<readonly Rating[]> {
  for (let start = 0; start < ratings.length; start += size) yield ratings.slice(start, start + size)
}

const rating = fc.record(
  {
    userId: fc.constantFrom('1', '10', '2', 'é', '\uFFFE', '😀'),
    itemId: fc.constantFrom('a', 'b', 'c'),
    value: fc.constantFrom(0, 0.5, 3, 5),
    time: fc.constantFrom(0, 1, 2.5),
  },
  { requiredKeys: ['userId', 'itemId', 'value'] },
)

/**
 * One rating per pair by the documented rule: sort by time, ratings without a time first, and take the last.
 */
function latest(ratings: readonly Rating[]): Rating[] {
  const byTime = ratings.toSorted((a, b) => (a.time ?? -1) - (b.time ?? -1))
  return [...new Map(byTime.map((each) => [`${each.userId} ${each.itemId}`, each])).values()]
}

/** The ratings that a matrix holds, in its order. */
function ratingsOf({ matrix, users, items, times }: Interactions): Rating[] {
  return users.ids.flatMap((userId, row) =>
    Array.from(matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]), (column, n) => {
      const position = matrix.offsets[row]! + n
      const [value, time] = [matrix.values[position]!, times?.[position] ?? Number.NaN]
      return { userId, itemId: items.idOf(column), value, ...(Number.isNaN(time) ? {} : { time }) }
    }),
  )
}

const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('readInteractions', () => {
  test('holds the latest rating of every pair, with users and items in the order of their bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rating, { maxLength: 40 }), async (ratings) => {
        const interactions = await readInteractions(pagesOf(ratings))
        const expected = latest(ratings).sort(
          (a, b) => inBytes(a.userId, b.userId) || inBytes(a.itemId, b.itemId),
        )
        expect(ratingsOf(interactions)).toEqual(expected)
        expect(interactions.users.ids).toEqual(
          [...new Set(ratings.map(({ userId }) => userId))].sort(inBytes),
        )
        expect(interactions.items.ids).toEqual(
          [...new Set(ratings.map(({ itemId }) => itemId))].sort(inBytes),
        )
      }),
    )
  })

  test('is the same for the columns of a file, and of several, as for single ratings', async () => {
    const line = fc.record({
      user: fc.constantFrom('1', '10', '007', 'é', 'x y', '123456789', 'u1'),
      item: fc.constantFrom('1', '2', 'a', 'ü', 'long-id-of-an-item'),
      value: fc.constantFrom('0', '0.5', '3', '+4', '5e0'),
      time: fc.constantFrom('', '0', '1', '1200000000', '2020-01-02'),
    })
    const file = (lines: readonly (typeof line extends fc.Arbitrary<infer T> ? T : never)[]) => {
      const text = ['user,item,rating,time', '1,1,1,1', ...lines.map((each) => Object.values(each).join())]
      const bytes = Buffer.from(text.join('\n'))
      return { name: 'file.csv', bytes: bytes.length, open: () => inPieces(bytes, [bytes.length >> 1]) }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 20 }), { minLength: 1, maxLength: 3 }),
        async (parts) => {
          const read = () =>
            readParts(parts.map(file), ratingsFormats, { malformed: createMalformedLines(0) })
          const ofFiles = await readInteractions(read())
          expect(ofFiles.matrix.values.length).toBeGreaterThan(0)
          const { users, items, ...others } = await readInteractions(pagesOf(await flatten(read())))
          expect({ ...ofFiles, users: ofFiles.users.ids, items: ofFiles.items.ids }).toEqual({
            ...others,
            users: users.ids,
            items: items.ids,
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  test('has no times where no rating has one', async () => {
    expect(await readInteractions(pagesOf([{ userId: '1', itemId: 'a', value: 1 }]))).not.toHaveProperty(
      'times',
    )
  })

  test('grows with the ratings', async () => {
    const ratings = Array.from({ length: 200_000 }, (_, n) => ({
      userId: `${n % 1000}`,
      itemId: `${Math.floor(n / 1000)}`,
      value: n % 5,
      ...(n > 100_000 ? { time: n } : {}),
    }))
    const { matrix, times, users } = await readInteractions(pagesOf(ratings, 10_000))
    expect([matrix.rows, matrix.columns, matrix.values.length]).toEqual([1000, 200, 200_000])
    const row = users.indexOf('7')!
    const first = matrix.offsets[row]!
    expect([...matrix.values.subarray(first, first + 3)]).toEqual([2, 2, 2])
    expect(times!.filter((time) => !Number.isNaN(time)).toSorted()).toEqual(
      Float64Array.from({ length: 99_999 }, (_, n) => 100_001 + n),
    )
  })

  test('refuses a value that no matrix can hold, naming the pair', async () => {
    await expect(readInteractions(pagesOf([{ userId: 'u', itemId: 'i', value: 1e39 }]))).rejects.toThrow(
      'The rating of item i by user u is not finite',
    )
  })
})

describe('fingerprint', () => {
  const ratings: Rating[] = [
    { userId: '1', itemId: 'a', value: 3 },
    { userId: '2', itemId: 'a', value: 4 },
    { userId: '2', itemId: 'b', value: 5 },
  ]
  const of = async (some: readonly Rating[]) => fingerprint(await readInteractions(pagesOf(some)))

  test('is a SHA-256 that does not depend on the order of the ratings', async () => {
    expect(await of(ratings)).toMatch(/^[0-9a-f]{64}$/)
    expect(await of(ratings.toReversed())).toBe(await of(ratings))
  })

  test('changes with any id, pair or value', async () => {
    const changed = [
      ratings.with(0, { userId: '1', itemId: 'a', value: 3.5 }),
      ratings.with(0, { userId: '1', itemId: 'b', value: 3 }),
      ratings.with(0, { userId: '0', itemId: 'a', value: 3 }),
      ratings.map((each) => ({ ...each, itemId: `${each.itemId},` })),
      ratings.slice(1),
    ]
    const prints = await Promise.all([ratings, ...changed].map(of))
    expect(new Set(prints).size).toBe(prints.length)
  })
})

test('many ratings, which are sorted in groups of users, and a user with more than a group has', async () => {
  const random = createRandom(1)
  const ratings = Array.from({ length: 100_000 }, (_, n) => ({
    userId: `u${n % 3 === 0 ? 0 : random.integer(2000)}`,
    itemId: `i${random.integer(300)}`,
    value: n,
    time: random.integer(50),
  }))
  const read = await readInteractions(pagesOf(ratings, 5000))
  const order = (a: Rating, b: Rating) =>
    Buffer.compare(Buffer.from(`${a.userId} ${a.itemId}`), Buffer.from(`${b.userId} ${b.itemId}`))
  const [found, wanted] = [ratingsOf(read), latest(ratings).sort(order)].map((list) =>
    list.map((each) => JSON.stringify(each)),
  ) as [string[], string[]]
  // showing the difference of two long lists would take minutes
  const different = wanted.findIndex((text, n) => text !== found[n])
  expect(found[different]).toBe(wanted[different])
  expect(found).toHaveLength(wanted.length)
})
