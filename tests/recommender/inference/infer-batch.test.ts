import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { itemSpaceOf } from '../../../src/models/item-space.ts'
import type { ItemSpace, LatentModel, PosteriorModel, TopKModel } from '../../../src/models/scorer.ts'
import type { History } from '../../../src/recommender/history.ts'
import { inferBatch } from '../../../src/recommender/inference/infer-batch.ts'
import { InferenceModel } from '../../../src/recommender/inference/inference-model.ts'
import {
  type Blend,
  type EligibleItems,
  type ExplorationDraw,
  explorationDraws,
  explorationShares,
  type InferenceRequest,
  type InferenceResult,
  type Query,
  type RankRequest,
} from '../../../src/recommender/inference/requests.ts'
import {
  defaultOptions,
  type RecommendationOptions,
} from '../../../src/recommender/recommendation-options.ts'
import { sum } from '../../../src/statistics/mean.ts'

/** Six items in the plane: 0, 1 and 2 nearly one direction, 3 and 4 another, 5 between. */
const vectors = [
  [1, 0],
  [0.99, 0.05],
  [0.98, 0.1],
  [0, 1],
  [0.05, 0.97],
  [0.6, 0.6],
]
const popularity = Float32Array.of(50, 10, 40, 5, 20, 1)

/** A history's mean is the sum of its items' vectors by their values; each item known halves the std. */
function planeModel(): PosteriorModel & ItemSpace {
  const weight = tf.tensor2d(vectors)
  const sums = ({ rows, offsets, indices, values }: CsrMatrix) => {
    const mean = new Float32Array(rows * 2)
    const std = new Float32Array(rows * 2)
    for (let row = 0; row < rows; row++) {
      for (let n = offsets[row]!; n < offsets[row + 1]!; n++)
        for (const axis of [0, 1]) mean[row * 2 + axis]! += values[n]! * vectors[indices[n]!]![axis]!
      std.fill(0.5 ** (offsets[row + 1]! - offsets[row]!), row * 2, row * 2 + 2)
    }
    return { mean, std }
  }
  const decode = async (z: Float32Array) =>
    Float32Array.from({ length: (z.length / 2) * 6 }, (_, n) => {
      const [row, item] = [Math.floor(n / 6), n % 6]
      return z[row * 2]! * vectors[item]![0]! + z[row * 2 + 1]! * vectors[item]![1]!
    })
  return {
    itemCount: 6,
    latentSize: 2,
    embed: async (histories) => sums(histories).mean,
    posterior: async (histories) => sums(histories),
    decode,
    score: async (histories) => decode(sums(histories).mean),
    ...itemSpaceOf(weight, 'rows'),
    dispose: () => weight.dispose(),
  }
}

const historyOf = (...rated: [item: number, value: number][]): History => ({
  items: Int32Array.from(rated, ([item]) => item),
  values: Float32Array.from(rated, ([, value]) => value),
})
const allItems = { excluded: new Int32Array(0), allowed: null }
const rank = (
  query: Query,
  options: Partial<RecommendationOptions> = {},
  eligible: Partial<EligibleItems> = {},
): RankRequest => ({
  kind: 'rank',
  query,
  ...allItems,
  ...eligible,
  options: { ...defaultOptions, k: 6, ...options },
})
const query = (...rated: [number, number][]): Query => ({ kind: 'history', history: historyOf(...rated) })

let scorer: ReturnType<typeof planeModel>
let model: InferenceModel

beforeAll(async () => {
  await useBackend('cpu')
  scorer = planeModel()
  model = new InferenceModel(scorer, popularity)
  return () => scorer.dispose()
})

async function infer<R extends InferenceRequest>(request: R): Promise<InferenceResult<R>> {
  const [result] = await inferBatch(model, [request])
  return result!
}

describe('a list', () => {
  test('has the top eligible items', async () => {
    expect([...(await infer(rank(query([0, 1])))).items]).toEqual([0, 1, 2, 5, 4, 3])
    const allowed = Uint8Array.of(1, 0, 1, 1, 1, 1)
    const few = await infer(rank(query([0, 1]), { k: 2 }, { excluded: Int32Array.of(0), allowed }))
    expect([...few.items]).toEqual([2, 5])
    expect([...few.scores]).toEqual([Math.fround(0.98), Math.fround(0.6)])
  })

  test('has the items that the model finds itself, without the scores of all items', async () => {
    const found = { items: Int32Array.of(4, 2), scores: Float32Array.of(9, 8) }
    const searching: LatentModel & Pick<TopKModel, 'topK' | 'projection'> = {
      ...scorer,
      decode: () => Promise.reject(new Error('decoded')),
      topK: async (_, searches) => searches.map(() => found),
      projection: () => () => Promise.reject(new Error('projected')),
    }
    const results = await inferBatch(new InferenceModel(searching, popularity), [rank(query([0, 1]))])
    expect(results).toEqual([{ ...found, basis: 'history' }])
  })

  test('is the same for a history and for its embedding', async () => {
    const { mean } = await infer({ kind: 'embed', history: historyOf([0, 2], [3, 1]) })
    expect(await infer(rank({ kind: 'embedding', embedding: mean }))).toEqual(
      await infer(rank(query([0, 2], [3, 1]))),
    )
  })

  test('has the most rated items for a popularity query', async () => {
    expect([...(await infer(rank({ kind: 'popularity' }, { k: 3 }))).items]).toEqual([0, 2, 4])
  })

  test('ranks popular items lower by a penalty, and keeps their scores', async () => {
    const { items, scores } = await infer(rank(query([0, 1]), { popularityPenalty: 3 }))
    expect([...items]).toEqual([5, 1, 3, 2, 4, 0])
    expect(scores[0]).toBe(Math.fround(0.6))
  })

  test('has less similar items with diversity, and the same first item', async () => {
    const diverse = await infer(
      rank(query([0, 1], [3, 0.9]), { k: 2, diversity: 0.5 }, { excluded: Int32Array.of(5) }),
    )
    expect([
      ...(await infer(rank(query([0, 1], [3, 0.9]), { k: 2 }, { excluded: Int32Array.of(5) }))).items,
    ]).toEqual([2, 1])
    expect([...diverse.items]).toEqual([2, 4])
  })
})

describe('a group', () => {
  const members = [historyOf([0, 3]), historyOf([3, 1])]
  const topItem = async (blend: Blend, ...members: History[]) => [
    ...(await infer(rank({ kind: 'group', members, blend }, { k: 1 }))).items,
  ]

  test('with the blend mean follows the member with the stronger preference', async () => {
    expect(await topItem('mean', ...members)).toEqual([2])
  })

  test('with the blend least-misery gets the item that suits every member', async () => {
    expect(await topItem('least-misery', historyOf([0, 1]), historyOf([3, 1]))).toEqual([5])
  })

  test('with the blend product-of-experts follows the member whose embedding is more certain', async () => {
    const known = historyOf([3, 1], [4, 1])
    const barely = historyOf([0, 2])
    expect(await topItem('mean', known, barely)).toEqual([5])
    // precisions 16 and 4: (16 · (0.05, 1.97) + 4 · (2, 0)) / 20
    const { scores } = await infer(
      rank(
        { kind: 'group', members: [known, barely], blend: 'product-of-experts' },
        {},
        { excluded: Int32Array.of(5) },
      ),
    )
    expect([...scores.slice(0, 2)]).toEqual(
      [1.576, 0.97 * 1.576 + 0.05 * 0.44].map((score) => expect.closeTo(score, 5)),
    )
  })

  test('of one member has the result of that member', async () => {
    for (const blend of ['mean', 'product-of-experts'] as const)
      expect(await infer(rank({ kind: 'group', members: [members[0]!], blend }))).toEqual(
        await infer(rank(query([0, 3]))),
      )
  })
})

describe('an explanation', () => {
  test('has the decrease of the score without each item', async () => {
    const history = historyOf([0, 2], [3, 1], [4, -1])
    const query = { kind: 'history', history } as const
    const { score, higherRanked } = await infer({ kind: 'explain', query, item: 5, ...allItems })
    const { positions, values } = await infer({ kind: 'contributions', history, item: 5 })
    expect([...positions]).toEqual([0, 1, 2])
    expect(score).toBeCloseTo(1.2 + 0.6 - 0.612, 5)
    expect([...values].map((value) => value.toFixed(3))).toEqual(['1.200', '0.600', '-0.612'])
    for (const [n, contribution] of values.entries()) {
      const rest = {
        items: history.items.filter((_, position) => position !== n),
        values: history.values.filter((_, position) => position !== n),
      }
      const { scores } = await infer({
        kind: 'score',
        query: { kind: 'history', history: rest },
        items: Int32Array.of(5),
      })
      expect(score - scores[0]!).toBeCloseTo(contribution, 5)
    }
    expect(higherRanked).toBe(3)
  })

  test('counts only eligible items above the item', async () => {
    const history = historyOf([0, 2])
    const request = {
      kind: 'explain',
      query: { kind: 'history', history },
      item: 5,
    } as const
    expect((await infer({ ...request, excluded: Int32Array.of(0), allowed: null })).higherRanked).toBe(2)
    expect(
      (await infer({ ...request, excluded: Int32Array.of(0), allowed: Uint8Array.of(1, 0, 1, 1, 1, 1) }))
        .higherRanked,
    ).toBe(1)
  })
})

describe('an exploring list', () => {
  const explore = (draw: ExplorationDraw, history = historyOf([5, 1])) =>
    infer({ kind: 'explore', history, options: { ...defaultOptions, k: 3 }, draw, ...allItems })
  const drawn = (history?: History) =>
    Promise.all(
      Array.from({ length: explorationDraws }, (_, point) => explore({ from: 'posterior', point }, history)),
    )

  /** All lists of the mixture with their probabilities: of the uniform ones every order of three of the six items. */
  async function mixture() {
    const seeds = Array.from({ length: 2000 }, (_, seed) => explore({ from: 'uniform', seed }))
    const uniform = new Map((await Promise.all(seeds)).map((list) => [list.items.join(), list]))
    const { greedy, posterior, uniform: rest } = explorationShares
    return [
      { ...(await explore({ from: 'greedy' })), probability: greedy },
      ...(await drawn()).map((list) => ({ ...list, probability: posterior / explorationDraws })),
      ...[...uniform.values()].map((list) => ({ ...list, probability: rest / uniform.size })),
    ]
  }

  test('is the same for the same draw, and begins with the best list', async () => {
    const point = { from: 'posterior', point: 7 } as const
    expect(await explore(point)).toEqual(await explore(point))
    expect(new Set((await drawn()).map(({ items }) => items.join())).size).toBeGreaterThan(1)
    const query = { kind: 'history' as const, history: historyOf([5, 1]) }
    const best = await infer({ kind: 'rank', query, options: { ...defaultOptions, k: 3 }, ...allItems })
    expect((await explore({ from: 'greedy' })).items).toEqual(best.items)
  })

  test('has the probability of each item at its position', async () => {
    const lists = await mixture()
    expect(lists).toHaveLength(1 + explorationDraws + 6 * 5 * 4)
    for (const { items, propensities } of lists)
      for (const [position, item] of items.entries())
        expect(propensities[position]).toBeCloseTo(
          sum(lists.map((list) => (list.items[position] === item ? list.probability : 0))),
          12,
        )
  })

  test('varies less for a longer history', async () => {
    const known = historyOf([0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1])
    const distinct = async (history: History) =>
      new Set((await drawn(history)).map(({ items }) => items.join())).size
    expect(await distinct(known)).toBeLessThan(await distinct(historyOf([5, 1])))
  })

  test('estimates the reward of any list by its inverse propensities', async () => {
    const lists = await mixture()
    const reward = (item: number, position: number) => (item + 1) / (position + 1)
    for (const target of [lists[5]!.items, [4, 0, 3]]) {
      const estimate = lists.flatMap(({ items, propensities, probability }) =>
        Array.from(items, (item, position) =>
          target[position] === item ? (probability * reward(item, position)) / propensities[position]! : 0,
        ),
      )
      expect(sum(estimate)).toBeCloseTo(sum(Array.from(target, reward)), 10)
    }
  })
})

describe('an item', () => {
  test('has a vector', async () => {
    expect([...(await infer({ kind: 'item-vector', item: 4 }))]).toEqual([0.05, 0.97].map(Math.fround))
  })

  test('is similar to the items in the same direction from the mean', async () => {
    const { items, scores } = await infer({ kind: 'similar-items', item: 0, k: 2, ...allItems })
    expect([...items]).toEqual([1, 2])
    const mean = [0, 1].map((axis) => vectors.reduce((sum, vector) => sum + vector[axis]! / 6, 0))
    const [a, b] = [0, 1].map((item) => vectors[item]!.map((value, axis) => value - mean[axis]!))
    const cosine = (a![0]! * b![0]! + a![1]! * b![1]!) / Math.hypot(...a!) / Math.hypot(...b!)
    expect(scores[0]).toBeCloseTo(cosine, 5)
  })

  test('is not similar to itself or to excluded items', async () => {
    const { items } = await infer({
      kind: 'similar-items',
      item: 0,
      k: 6,
      excluded: Int32Array.of(1),
      allowed: null,
    })
    expect([...items].sort()).toEqual([2, 3, 4, 5])
  })
})
