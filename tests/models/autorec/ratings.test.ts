// Predictions of the AutoRecs, with weights set by hand.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { iAutoRec } from '../../../src/models/autorec/i-autorec.ts'
import { exportStatistics } from '../../../src/models/autorec/rating-statistics.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import { bias } from '../../../src/models/bias.ts'
import type { RatingPredictor, Scorer } from '../../../src/models/scorer.ts'
import type { Weights } from '../../../src/models/weights.ts'
import { createRandom } from '../../../src/random/random.ts'
import { matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

// item 2 has no rating
const data = matrixOf(3, 4, (user, item) => (item === 2 ? undefined : 2 + ((user + item) % 3)))
const known = matrixOf(2, 4, (user, item) => (user === 0 && item === 0 ? 4 : undefined))
const everywhere = matrixOf(2, 4, () => 0)

describe.each([uAutoRec, iAutoRec])('$name', (model) => {
  const hyperparameters = model.hyperparameters.parse({ hidden: 2, positiveThreshold: 4 })

  test('predicts the cold rating for users or items without ratings, and else stays in the range of the training ratings', async () => {
    const scorer = open({ b: 9, coldRating: 3 })
    const ratings = await scorer.predict(Int32Array.of(0, -1), known, everywhere)
    expect(Array.from(ratings)).toEqual([4, 4, 3, 4, 3, 3, 3, 3])
    scorer.dispose()
  })

  test('predicts cold pairs by the mean and the known biases, like the model of biases', async () => {
    const biased = matrixOf(3, 4, (user, item) => (item === 2 ? undefined : 1 + user + item))
    const scorer = open({ b: 9, of: biased })
    const baseline = bias.open(
      await bias.solve(biased, bias.hyperparameters.parse({}), { random: createRandom(1) }),
      bias.hyperparameters.parse({}),
    ) as Scorer & RatingPredictor
    const ratings = await scorer.predict(Int32Array.of(0, -1), known, everywhere)
    const expected = await baseline.predict(Int32Array.of(0, -1), known, everywhere)
    // user 0 has a rating and item 2 none; user 1 has none
    for (const n of [2, 4, 5, 6, 7]) expect(ratings[n]).toBeCloseTo(expected[n]!, 5)
    expect(new Set(ratings.slice(4)).size).toBeGreaterThan(1)
    expect(ratings[2]).not.toBeCloseTo(ratings[6]!, 2)
    scorer.dispose()
  })

  function open({
    b,
    coldRating = 'bias',
    of = data,
  }: {
    b: number
    coldRating?: number | 'bias'
    of?: CsrMatrix
  }): Scorer & RatingPredictor {
    const outputs = model.name === 'u-autorec' ? 4 : 3
    const inputs = model.name === 'u-autorec' ? 8 : 3
    const weights: Weights = {
      V: zeros(inputs, 2),
      mu: zeros(2),
      W: zeros(outputs, 2),
      b: { shape: [outputs], values: new Float32Array(outputs).fill(b) },
      codes: zeros(4, 2),
      ...exportStatistics(of, 4),
    }
    return model.open(weights, { ...hyperparameters, coldRating }) as Scorer & RatingPredictor
  }
})

function zeros(...shape: number[]) {
  return { shape, values: new Float32Array(shape.reduce((product, length) => product * length, 1)) }
}
