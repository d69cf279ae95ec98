import { beforeAll, expect, test } from 'vitest'
import { createEncoder } from '../../../src/attributes/attribute-encoding.ts'
import { fitAttributeRegression } from '../../../src/attributes/fit-attribute-regression.ts'
import { useBackend } from '../../../src/compute/backend.ts'
import { findModel } from '../../../src/models/models.ts'
import { hasTopK } from '../../../src/models/scorer.ts'
import { createRandom } from '../../../src/random/random.ts'
import { inferBatch } from '../../../src/recommender/inference/infer-batch.ts'
import { InferenceModel } from '../../../src/recommender/inference/inference-model.ts'
import type { RankRequest } from '../../../src/recommender/inference/requests.ts'
import { defaultOptions } from '../../../src/recommender/recommendation-options.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { checkerboard } from '../../models/worlds.ts'

const size = 48
const { train } = checkerboard(size)
const random = createRandom('new items')
const attributesOf = (item: number) => ({ side: item % 2 ? 'odd' : 'even', price: 10 + 3 * random.normal() })

let searching: InferenceModel
let scoring: InferenceModel

beforeAll(async () => {
  await useBackend('wasm')
  const model = findModel('mult-vae')
  const { weights, hyperparameters } = await fit({
    ...{ model, hyperparameters: { ...smallHyperparameters['mult-vae'], epochs: 30 }, train, seed: 1 },
  })
  const scorer = model.open(weights, hyperparameters)
  const known = Array.from({ length: size }, (_, item) => attributesOf(item))
  const regression = (await fitAttributeRegression(scorer, train, known))!
  const newItems = createEncoder(regression.encoding)(Array.from({ length: 12 }, (_, n) => attributesOf(n)))
  if (!hasTopK(scorer)) throw new Error('mult-vae finds no top items on this backend')
  const { topK: _, projection: __, ...others } = scorer
  const popularity = new Float32Array(size).fill(1)
  const open = (scores: typeof others) => new InferenceModel(scores, popularity, regression)
  searching = open(scorer).withNewItems(newItems)
  scoring = open(others).withNewItems(newItems)
})

const requestOf = (user: number, parts: Partial<RankRequest> = {}): RankRequest => ({
  kind: 'rank',
  query: {
    kind: 'history',
    history: { items: Int32Array.of(user, user + 2, user + 6), values: new Float32Array(3).fill(5) },
  },
  excluded: new Int32Array(0),
  allowed: null,
  options: { ...defaultOptions, k: 30 },
  ...parts,
})

test('a model that finds the top items without all scores finds the same with new items', async () => {
  const allowed = Uint8Array.from({ length: size + 12 }, (_, item) => Number(item % 3 > 0))
  const requests = [
    requestOf(0),
    requestOf(1),
    requestOf(2, { excluded: Int32Array.of(4, 7, size, size + 3) }),
    requestOf(3, { allowed }),
    requestOf(4, { allowed: allowed.map((_, item) => Number(item >= size)) }),
    // made before the last items arrived
    requestOf(5, { allowed: allowed.subarray(0, size + 4) }),
    requestOf(6, { options: { ...defaultOptions, k: 100 } }),
  ]
  const [found, expected] = await Promise.all(
    [searching, scoring].map((model) => inferBatch(model, requests)),
  )
  for (const [n, { items, scores }] of expected!.entries()) {
    expect([...found![n]!.items]).toEqual([...items])
    for (const [rank, score] of scores.entries()) expect(found![n]!.scores[rank]).toBeCloseTo(score, 3)
  }
  expect(expected![0]!.items.some((item) => item >= size)).toBe(true)
  expect(Math.max(...expected![5]!.items)).toBeLessThan(size + 4)
  expect([...expected![4]!.items].sort()).toEqual(Array.from({ length: 12 }, (_, n) => size + n))
  expect(expected![6]!.items).toHaveLength(size + 12)
})

test('without new items a list has the trained items', async () => {
  const none = scoring.withNewItems(createEncoder([])([]))
  const [list] = await inferBatch(none, [requestOf(0, { options: { ...defaultOptions, k: 100 } })])
  expect([...list!.items].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, item) => item))
})
