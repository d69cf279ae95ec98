import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { createRandom } from '../../src/random/random.ts'
import type { CatalogItem } from '../../src/ratings/item-catalog.ts'
import type { UserHistory } from '../../src/ratings/user-histories.ts'
import { InferenceModel } from '../../src/recommender/inference/inference-model.ts'
import { segmentUsers } from '../../src/segments/segment-users.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'

beforeAll(() => useBackend('cpu'))

const groups = 3
const items = Array.from({ length: 30 }, (_, n) => `item ${n}`)
const genres = ['Comedy', 'Drama', 'Western']

/** Item n belongs to group n mod 3, whose axis is its vector. */
const artifact = {
  ...projectionArtifact(),
  items: createIdMap(items),
  popularity: new Float32Array(30).fill(1),
  weights: {
    projection: {
      shape: [30, groups],
      values: Float32Array.from(
        items.flatMap((_, n) => [0, 1, 2].map((axis) => Number(n % groups === axis))),
      ),
    },
  },
}

const catalog = new Map(
  items.map((id, n) => [
    id,
    { title: id, attributes: { genres: [genres[n % groups]], year: n } } as unknown as CatalogItem,
  ]),
)

/** Half of the users rate items of group 0, a third of group 1, a sixth of group 2, and one user nothing. */
const histories = Array.from({ length: 60 }, (_, user): UserHistory => {
  const random = createRandom('user', user)
  const group = user < 30 ? 0 : user < 50 ? 1 : 2
  const history = Array.from({ length: 5 }, () => ({
    itemId: `item ${groups * random.integer(10) + group}`,
    value: 5,
  }))
  return { userId: `user ${user}`, history: [...history, { itemId: `item ${random.integer(30)}`, value: 1 }] }
})

const map = {
  projection: {
    mean: Float32Array.of(2, 2, 2),
    components: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  },
  anchors: { dimensions: 3, points: new Float32Array(0), positions: new Float32Array(0) },
  activity: new Float32Array(0),
  quality: { map: 1, components: 1 },
}

const segment = (options: {
  k: number | 'auto'
  seed?: number
  users?: readonly UserHistory[]
  onProgress?(users: number): void
}) =>
  segmentUsers(
    new InferenceModel(openProjection(artifact), artifact.popularity),
    artifact,
    map,
    {
      userHistories: async function* () {
        yield options.users ?? [...histories, { userId: 'none', history: [] }]
      },
      catalog,
      positiveThreshold: 4,
    },
    { seed: 1, ...options },
  )

test('finds the planted groups, their number and their genres', async () => {
  const { segments, users, members, silhouette, stability } = await segment({ k: 'auto' })
  expect(users).toBe(60)
  expect(segments.map(({ segment, name, users }) => [segment, name, users])).toEqual([
    [1, 'Comedy', 30],
    [2, 'Drama', 20],
    [3, 'Western', 10],
  ])
  expect(members).toHaveLength(60)
  expect(members.find(({ userId }) => userId === 'user 55')!.segment).toBe(3)
  expect(silhouette).toBeGreaterThan(0.7)
  expect(stability).toBeGreaterThan(0.8)
})

test('lists what the segment has far more often than others, with its support', async () => {
  const { segments } = await segment({ k: 3 })
  const [comedy] = segments
  expect(comedy!.attributes).toEqual([
    { attribute: 'genres', value: 'Comedy', share: 1, shareElsewhere: 0, logOdds: expect.any(Number) },
  ])
  expect(comedy!.items.length).toBeGreaterThan(0)
  // at least five users have it, so that no item names a single user
  for (const { share, itemId } of comedy!.items) {
    expect(share * 30).toBeGreaterThanOrEqual(5)
    expect(Number(itemId.slice(5)) % groups).toBe(0)
  }
})

test.each([1, 4])(
  'makes no segment of %d users, whose centroid would be close to an embedding',
  async (few) => {
    const users = [...histories.slice(0, 25), ...histories.slice(30, 50), ...histories.slice(50, 50 + few)]
    const { segments, members } = await segment({ k: 3, users })
    expect(segments.map(({ name }) => name.split(', ')[0])).toEqual(['Comedy', 'Drama'])
    expect(segments.map(({ users }) => users).reduce((a, b) => a + b)).toBe(45 + few)
    expect(members.map(({ userId }) => userId)).toEqual(users.map(({ userId }) => userId))
    expect(new Set(members.map(({ segment }) => segment))).toEqual(new Set([1, 2]))
  },
)

test('leaves out segments without users', async () => {
  const users = Array.from({ length: 40 }, (_, user): UserHistory => {
    const itemId = `item ${user % 2}`
    return { userId: `user ${user}`, history: [{ itemId, value: 5 }] }
  })
  const { segments, members } = await segment({ k: 5, users })
  expect(segments.map(({ segment, users }) => [segment, users])).toEqual([
    [1, 20],
    [2, 20],
  ])
  expect(new Set(members.map(({ segment }) => segment))).toEqual(new Set([1, 2]))
})

test('is the same for the same seed', async () => {
  expect(await segment({ k: 'auto', seed: 3 })).toEqual(await segment({ k: 'auto', seed: 3 }))
})

test('counts all users who have been read, so that the progress ends at 100 %', async () => {
  const counts: number[] = []
  await segment({ k: 3, onProgress: (users) => counts.push(users) })
  expect(counts).toEqual([61])
})

test('needs twenty users', async () => {
  await expect(segment({ k: 'auto', users: histories.slice(0, 19) })).rejects.toThrow(
    '19 users have interactions that the model can rank by; segments need 20',
  )
})
