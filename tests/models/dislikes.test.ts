import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import type { Scorer } from '../../src/models/scorer.ts'
import { fit } from '../../src/training/fit.ts'
import { smallHyperparameters } from './small-hyperparameters.ts'
import { checkerboard, matrixOf } from './worlds.ts'

const size = 24
const { train } = checkerboard(size)

beforeAll(async () => {
  await useBackend('cpu')
})

describe.each<ModelName>(['mult-vae', 'mult-dae', 'rec-vae', 'ease', 'edlae', 'item-knn'])('%s', (name) => {
  let scorer: Scorer

  beforeAll(async () => {
    const model = findModel(name)
    const fitted = await fit({ model, train, seed: 1, hyperparameters: smallHyperparameters[name] })
    scorer = model.open(fitted.weights, fitted.hyperparameters)
    return () => scorer.dispose()
  })

  /** The mean score of even items minus that of odd ones, among unrated items. */
  async function leanToEven(ratingOf: (item: number) => number | undefined): Promise<number> {
    const scores = await scorer.score(matrixOf(1, size, (_, item) => ratingOf(item)))
    const mean = (parity: number) => {
      const items = [...scores.keys()].filter((item) => item % 2 === parity && item > 3)
      return items.reduce((sum, item) => sum + scores[item]!, 0) / items.length
    }
    return mean(0) - mean(1)
  }

  test('lowers the scores of items similar to a disliked one', async () => {
    const undecided = (item: number) => (item === 0 || item === 1 ? 5 : undefined)
    const without = await leanToEven(undecided)
    expect(await leanToEven((item) => (item === 3 ? -1 : undecided(item)))).toBeGreaterThan(without)
    expect(await leanToEven((item) => (item === 2 ? -1 : undecided(item)))).toBeLessThan(without)
  })

  test('ignores a low rating, as in training', async () => {
    const positive = (item: number) => (item === 0 ? 5 : undefined)
    expect(await leanToEven((item) => (item === 2 ? 1 : positive(item)))).toBe(await leanToEven(positive))
  })

  test('lowers similar items for a user with dislikes alone', async () => {
    const unknownUser = await leanToEven(() => undefined)
    expect(await leanToEven((item) => (item === 1 ? -1 : undefined))).toBeGreaterThan(unknownUser)
  })
})
