// The item vectors by which U-AutoRec ranks, against plain loops.
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { raterVectors } from '../../../src/models/autorec/rater-vectors.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import { createRandom } from '../../../src/random/random.ts'
import { matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const [users, items, size] = [5000, 7, 3]
const random = createRandom('raters')
/** The last item is never positive; every tenth user has no positive. */
const ratings = matrixOf(users, items, (user, item) => {
  if (random.uniform() < 0.5) return undefined
  return user % 10 === 0 || item === items - 1 ? 2 : 1 + Math.floor(5 * random.uniform())
})

/** Σ over the users u of an item of (1/n_u) Σ v_j over the items j of u, divided by the root of the number of these users. */
function expectedOf(threshold: number, vectorOf: (item: number, k: number) => number): number[] {
  const itemsOf = Array.from({ length: users }, (_, user) => {
    const [start, end] = [ratings.offsets[user]!, ratings.offsets[user + 1]!]
    return [...ratings.indices.subarray(start, end)].filter((_, n) => ratings.values[start + n]! >= threshold)
  })
  return Array.from({ length: items }, (_, item) => {
    const raters = itemsOf.filter((of) => of.includes(item))
    return Array.from({ length: size }, (_, k) => {
      const means = raters.map((of) => of.reduce((sum, j) => sum + vectorOf(j, k), 0) / of.length)
      return means.reduce((sum, mean) => sum + mean, 0) / Math.sqrt(Math.max(raters.length, 1))
    })
  }).flat()
}

test('are means over the positives of each user, added up over the users of an item', async () => {
  const values = Float32Array.from({ length: items * size }, () => random.normal())
  const x = matrixOf(users, items, (user, item) => {
    const at = ratings.indices.subarray(ratings.offsets[user], ratings.offsets[user + 1]).indexOf(item)
    return at >= 0 && ratings.values[ratings.offsets[user]! + at]! >= 4 ? 1 : undefined
  })
  const vectors = await raterVectors({ shape: [items, size], values }, x)
  expect(vectors.shape).toEqual([items, size])
  const expected = expectedOf(4, (item, k) => values[item * size + k]!)
  expect([...vectors.values]).toEqual(expected.map((value) => expect.closeTo(value, 3)))
  expect([...vectors.values.subarray((items - 1) * size)]).toEqual([0, 0, 0])
})

test.each([
  { input: 'ratings', target: 'ratings' },
  { input: 'centered+mask', target: 'ratings' },
  { input: 'centered+mask', target: 'residuals' },
] as const)('are those of what a positive adds to the hidden layer: $input in, $target', async (options) => {
  const hyperparameters = uAutoRec.resolve({ hidden: size, ...options }, ratings)
  const learned = uAutoRec.objective(ratings, hyperparameters).initialize(createRandom('initial'))
  const exported = await uAutoRec.exportWeights(learned, ratings, hyperparameters)
  const { positiveThreshold } = hyperparameters
  const V = learned.V!.values
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const unit = options.target === 'residuals' ? exported.residualDeviation!.values[0]! : 1
  const deviation =
    (mean(ratings.values.filter((value) => value >= positiveThreshold)) - mean(ratings.values)) / unit
  const vectorOf = (item: number, k: number) =>
    options.input === 'ratings'
      ? V[item * size + k]!
      : deviation * V[item * size + k]! + V[(items + item) * size + k]!
  const expected = expectedOf(positiveThreshold, vectorOf)
  expect([...exported.rankingVectors!.values]).toEqual(expected.map((value) => expect.closeTo(value, 3)))
})
