// Predictions of the AutoRecs, with weights set by hand.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { iAutoRec } from '../../../src/models/autorec/i-autorec.ts'
import { exportStatistics } from '../../../src/models/autorec/rating-statistics.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import type { RatingPredictor, Scorer } from '../../../src/models/scorer.ts'
import type { Weights } from '../../../src/models/weights.ts'
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
    const scorer = open({ b: 9 })
    const ratings = await scorer.predict(Int32Array.of(0, -1), known, everywhere)
    expect(Array.from(ratings)).toEqual([4, 4, 3, 4, 3, 3, 3, 3])
    scorer.dispose()
  })

  function open({ b }: { b: number }): Scorer & RatingPredictor {
    const outputs = model.name === 'u-autorec' ? 4 : 3
    const inputs = model.name === 'u-autorec' ? 8 : 3
    const weights: Weights = {
      V: zeros(inputs, 2),
      mu: zeros(2),
      W: zeros(outputs, 2),
      b: { shape: [outputs], values: new Float32Array(outputs).fill(b) },
      codes: zeros(4, 2),
      ...exportStatistics(data, 4),
    }
    return model.open(weights, hyperparameters) as Scorer & RatingPredictor
  }
})

function zeros(...shape: number[]) {
  return { shape, values: new Float32Array(shape.reduce((product, length) => product * length, 1)) }
}
