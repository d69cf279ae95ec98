import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateColdItems } from '../../src/evaluation/evaluate-cold-items.ts'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { ease } from '../../src/models/ridge.ts'
import { createRandom } from '../../src/random/random.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { matrixOf } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [users, known, cold] = [90, 60, 12]
const random = createRandom('cold items')
const group = (n: number) => n % 3
/** Users pick half of the items of their group; of the picks the last fifth is to be predicted. */
const picks = Array.from({ length: users }, (_, user) =>
  Array.from({ length: known }, (_, item) => group(item) === group(user) && random.uniform() < 0.5),
)
const isTarget = (item: number) => item >= 48
const train = matrixOf(users, known, (user, item) => (picks[user]![item] && !isTarget(item) ? 1 : undefined))
const heldOut: HeldOut = {
  users: Int32Array.from({ length: users }, (_, user) => user),
  histories: train,
  targets: matrixOf(users, known, (user, item) => (picks[user]![item] && isTarget(item) ? 1 : undefined)),
}
const all = matrixOf(users, known, (user, item) => (picks[user]![item] ? 1 : undefined))
const items = createIdMap(Array.from({ length: known }, (_, item) => `i${item}`))
const coldItems = createIdMap(Array.from({ length: cold }, (_, item) => `cold${item}`))
const targets = matrixOf(users, cold, (user, item) => (group(user) === group(item) ? 1 : undefined))
const options = { positiveThreshold: 1, seed: 1 }

async function evaluateWith(attributesOf: (n: number) => object) {
  const hyperparameters = ease.resolve({ regularization: 20 }, all)
  const weights = await ease.solve(all, hyperparameters, { random })
  const scorer = ease.open(weights, hyperparameters)
  const attributes = new Map([
    ...items.ids.map((itemId, n) => [itemId, { ...attributesOf(n) }] as const),
    ...coldItems.ids.map((itemId, n) => [itemId, { ...attributesOf(n) }] as const),
  ])
  const cold = { items: coldItems, targets, attributes }
  const metrics = ['recall@4', 'ndcg@20'] as const
  const evaluated = await evaluateColdItems(
    { scorer, train: all, items, test: heldOut },
    cold,
    metrics,
    options,
  )
  const alone = summarizeRanking(await evaluateRanking(scorer, heldOut, metrics, { positiveThreshold: 1 }))
  return { ...evaluated, alone }
}

test('an attribute that determines the group finds every cold item, which popularity and chance do not', async () => {
  const { attributes, predictedItems, amongColdItems, byPopularity, inRandomOrder, shareOfLists } =
    await evaluateWith((n) => ({ group: `g${group(n)}`, shelf: `s${n % 7}` }))
  expect(attributes).toEqual(['group'])
  expect(predictedItems).toBe(cold)
  expect(amongColdItems['recall@4']!.mean).toBe(1)
  expect(byPopularity['recall@4']!.mean).toBeLessThan(0.5)
  // 4 of 12 items
  expect(inRandomOrder['recall@4']!.mean).toBeCloseTo(1 / 3, 1)
  expect(shareOfLists).toBeGreaterThan(0.1)
})

test('noise puts no cold item into a list and leaves the others as they are', async () => {
  const { attributes, predictedItems, amongColdItems, otherItems, shareOfLists, alone } = await evaluateWith(
    (n) => ({ shelf: `s${(n * 7) % 5}` }),
  )
  expect({ attributes, predictedItems, shareOfLists }).toEqual({
    attributes: [],
    predictedItems: 0,
    shareOfLists: 0,
  })
  expect(amongColdItems['recall@4']!.mean).toBe(0)
  expect(otherItems).toEqual(alone)
})
