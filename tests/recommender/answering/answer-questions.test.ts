import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { itemSpaceOf } from '../../../src/models/item-space.ts'
import type { ItemSpace, PosteriorModel, TopKModel } from '../../../src/models/scorer.ts'
import { answerQuestions } from '../../../src/recommender/answering/answer-questions.ts'
import {
  type AnswerTo,
  explorationDraws,
  type Question,
  type RankQuestion,
  type Taste,
} from '../../../src/recommender/answering/question.ts'
import type { History } from '../../../src/recommender/history.ts'
import { inversePropensity } from '../../../src/statistics/off-policy.ts'

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
const free = { excluded: new Int32Array(0), allowed: null }
const rank = (taste: Taste, more: Partial<RankQuestion> = {}): RankQuestion => ({
  kind: 'rank',
  taste,
  k: 6,
  ...free,
  popularityPenalty: 0,
  diversity: 0,
  ...more,
})
const liking = (...rated: [number, number][]): Taste => ({ kind: 'history', history: historyOf(...rated) })

let scorer: ReturnType<typeof planeModel>

beforeAll(async () => {
  await useBackend('cpu')
  scorer = planeModel()
  return () => scorer.dispose()
})

async function ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
  const [answer] = await answerQuestions({ scorer, popularity }, [question])
  return answer!
}

describe('a list', () => {
  test('holds the best of the items that may be shown', async () => {
    expect([...(await ask(rank(liking([0, 1])))).items]).toEqual([0, 1, 2, 5, 4, 3])
    const allowed = Uint8Array.of(1, 0, 1, 1, 1, 1)
    const few = await ask(rank(liking([0, 1]), { excluded: Int32Array.of(0), allowed, k: 2 }))
    expect([...few.items]).toEqual([2, 5])
    expect([...few.scores]).toEqual([Math.fround(0.98), Math.fround(0.6)])
  })

  test('is the model’s own top k where it finds them without the scores of all items', async () => {
    const found = { items: Int32Array.of(4, 2), scores: Float32Array.of(9, 8) }
    const searching: TopKModel = {
      ...scorer,
      decode: () => Promise.reject(new Error('decoded')),
      topK: async (_, searches) => searches.map(() => found),
    }
    expect(await answerQuestions({ scorer: searching, popularity }, [rank(liking([0, 1]))])).toEqual([found])
  })

  test('comes from an embedding as from the history that it stands for', async () => {
    const { mean } = await ask({ kind: 'embed', history: historyOf([0, 2], [3, 1]) })
    expect(await ask(rank({ kind: 'embedding', embedding: mean }))).toEqual(
      await ask(rank(liking([0, 2], [3, 1]))),
    )
  })

  test('is of the most rated items for nobody in particular', async () => {
    expect([...(await ask(rank({ kind: 'popularity' }, { k: 3 }))).items]).toEqual([0, 2, 4])
  })

  test('puts popular items back by a penalty, and keeps their scores', async () => {
    const { items, scores } = await ask(rank(liking([0, 1]), { popularityPenalty: 3 }))
    expect([...items]).toEqual([5, 1, 3, 2, 4, 0])
    expect(scores[0]).toBe(Math.fround(0.6))
  })

  test('grows apart with diversity, whose first item stays the best', async () => {
    const diverse = await ask(
      rank(liking([0, 1], [3, 0.9]), { k: 2, excluded: Int32Array.of(5), diversity: 0.5 }),
    )
    expect([
      ...(await ask(rank(liking([0, 1], [3, 0.9]), { k: 2, excluded: Int32Array.of(5) }))).items,
    ]).toEqual([2, 1])
    expect([...diverse.items]).toEqual([2, 4])
  })
})

describe('a group', () => {
  const members = [historyOf([0, 3]), historyOf([3, 1])]
  const together = async (blend: 'mean' | 'least-misery' | 'product-of-experts', ...of: History[]) => [
    ...(await ask(rank({ kind: 'group', members: of, blend }, { k: 1 }))).items,
  ]

  test('of the mean taste follows whoever wants more strongly', async () => {
    expect(await together('mean', ...members)).toEqual([2])
  })

  test('with the least misery gets what nobody minds', async () => {
    expect(await together('least-misery', historyOf([0, 1]), historyOf([3, 1]))).toEqual([5])
  })

  test('as a product of experts follows whom the model knows better', async () => {
    const known = historyOf([3, 1], [4, 1])
    const barely = historyOf([0, 2])
    expect(await together('mean', known, barely)).toEqual([5])
    // precisions 16 and 4: (16 · (0.05, 1.97) + 4 · (2, 0)) / 20
    const { scores } = await ask(
      rank(
        { kind: 'group', members: [known, barely], blend: 'product-of-experts' },
        { excluded: Int32Array.of(5) },
      ),
    )
    expect([...scores.slice(0, 2)]).toEqual(
      [1.576, 0.97 * 1.576 + 0.05 * 0.44].map((score) => expect.closeTo(score, 5)),
    )
  })

  test('of one is that one', async () => {
    for (const blend of ['mean', 'product-of-experts'] as const)
      expect(await ask(rank({ kind: 'group', members: [members[0]!], blend }))).toEqual(
        await ask(rank(liking([0, 3]))),
      )
  })
})

describe('an explanation', () => {
  test('says by how much the score falls without each item', async () => {
    const history = historyOf([0, 2], [3, 1], [4, -1])
    const { score, contributions, before } = await ask({
      kind: 'explain',
      taste: { kind: 'history', history },
      item: 5,
      removed: Int32Array.of(0, 1, 2),
      ...free,
    })
    expect(score).toBeCloseTo(1.2 + 0.6 - 0.612, 5)
    expect([...contributions].map((value) => value.toFixed(3))).toEqual(['1.200', '0.600', '-0.612'])
    for (const [n, contribution] of contributions.entries()) {
      const kept = [0, 1, 2].filter((place) => place !== n)
      const lacking = {
        items: history.items.filter((_, at) => kept.includes(at)),
        values: history.values.filter((_, at) => kept.includes(at)),
      }
      const [without] = await ask({
        kind: 'score',
        taste: { kind: 'history', history: lacking },
        items: Int32Array.of(5),
      })
      expect(score - without!).toBeCloseTo(contribution, 5)
    }
    expect(before).toBe(3)
  })

  test('counts only items that may be shown before it', async () => {
    const taste = { kind: 'history', history: historyOf([0, 2]) } as const
    const asked = { kind: 'explain', taste, item: 5, removed: new Int32Array(0) } as const
    expect((await ask({ ...asked, excluded: Int32Array.of(0), allowed: null })).before).toBe(2)
    expect(
      (await ask({ ...asked, excluded: Int32Array.of(0), allowed: Uint8Array.of(1, 0, 1, 1, 1, 1) })).before,
    ).toBe(1)
  })
})

describe('an exploring list', () => {
  const explore = (draw: number, history = historyOf([5, 1])) =>
    ask({ kind: 'explore', history, k: 3, popularityPenalty: 0, draw, ...free })
  const draws = Array.from({ length: explorationDraws }, (_, draw) => draw)

  test('is drawn again by the same number', async () => {
    expect(await explore(7)).toEqual(await explore(7))
    const lists = await Promise.all(draws.map((draw) => explore(draw)))
    expect(new Set(lists.map(({ items }) => items.join())).size).toBeGreaterThan(1)
  })

  test('tells how probable each item was in its place', async () => {
    const lists = await Promise.all(draws.map((draw) => explore(draw)))
    for (const { items, propensities } of lists)
      for (const [place, item] of items.entries())
        expect(propensities[place]).toBe(
          lists.filter((list) => list.items[place] === item).length / draws.length,
        )
  })

  test('varies less the more is known', async () => {
    const known = historyOf([0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1])
    const distinct = async (history: History) =>
      new Set(
        (await Promise.all(draws.map((draw) => explore(draw, history)))).map(({ items }) => items.join()),
      ).size
    expect(await distinct(known)).toBeLessThan(await distinct(historyOf([5, 1])))
  })
})

test('what exploring lists earned tells what another list would have earned, by inverse propensities', async () => {
  const explore = (draw: number) =>
    ask({ kind: 'explore', history: historyOf([5, 1]), k: 3, popularityPenalty: 0, draw, ...free })
  const lists = await Promise.all(Array.from({ length: explorationDraws }, (_, draw) => explore(draw)))
  const reward = (item: number, place: number) => (item + 1) / (place + 1)
  const target = lists[5]!.items
  const shown = lists.flatMap(({ items, propensities }) =>
    Array.from(items, (item, place) => ({ item, place, propensity: propensities[place]! })),
  )
  // every list once, as each is equally likely
  const { mean } = inversePropensity({
    rewards: shown.map(({ item, place }) => reward(item, place)),
    propensities: shown.map(({ propensity }) => propensity),
    targets: shown.map(({ item, place }) => (target[place] === item ? 1 : 0)),
  })
  const earned = [...target].reduce((sum, item, place) => sum + reward(item, place), 0)
  expect(mean * 3).toBeCloseTo(earned, 5)
})

describe('an item', () => {
  test('has its vector', async () => {
    expect([...(await ask({ kind: 'item-vector', item: 4 }))]).toEqual([0.05, 0.97].map(Math.fround))
  })

  test('is like those in its direction from the mean of all', async () => {
    const { items, scores } = await ask({ kind: 'similar-items', item: 0, k: 2, ...free })
    expect([...items]).toEqual([1, 2])
    const mean = [0, 1].map((axis) => vectors.reduce((sum, vector) => sum + vector[axis]! / 6, 0))
    const [a, b] = [0, 1].map((item) => vectors[item]!.map((value, axis) => value - mean[axis]!))
    const cosine = (a![0]! * b![0]! + a![1]! * b![1]!) / Math.hypot(...a!) / Math.hypot(...b!)
    expect(scores[0]).toBeCloseTo(cosine, 5)
  })

  test('is like no item that may not be shown, nor itself', async () => {
    const all = await ask({ kind: 'similar-items', item: 0, k: 6, excluded: Int32Array.of(1), allowed: null })
    expect([...all.items].sort()).toEqual([2, 3, 4, 5])
  })
})
