import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { ratingScale } from '../../../src/interactions/rating-scale.ts'
import { autoRecObjective } from '../../../src/models/autorec/autorec.ts'
import type { AutoRecHyperparameters } from '../../../src/models/autorec/autorec-hyperparameters.ts'
import { encoderInput } from '../../../src/models/autorec/encoder-input.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import type { Objective } from '../../../src/models/model.ts'
import { createRandom } from '../../../src/random/random.ts'
import { penaltyOf } from '../../../src/training/penalty.ts'
import { randomSparse, toDense } from '../../compute/reference.ts'
import { corrupted, evaluateObjective, expectFormula, moved } from '../evaluate-objective.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const names = ['V', 'mu', 'W', 'b'] as const

describe('the objective of AutoRec', () => {
  test.each([
    { hiddenActivation: 'sigmoid', outputActivation: 'identity', input: 'ratings' },
    { hiddenActivation: 'identity', outputActivation: 'sigmoid', input: 'centered' },
    { hiddenActivation: 'sigmoid', outputActivation: 'sigmoid', input: 'centered+mask' },
    {
      hiddenActivation: 'sigmoid',
      outputActivation: 'identity',
      input: 'centered+mask',
      target: 'residuals',
    },
  ] as const)('and its gradient are those of the formula in double precision: %o', (options) => {
    const hyperparameters = parse({ ...options, hidden: 3, regularization: 0.7, dropout: 0 })
    const ratings = randomSparse(5, 4, 0.6, createRandom('ratings'))
    const objective = autoRecObjective(ratings, 'user', hyperparameters)
    const weights = moved(objective.initialize(createRandom('weights')), 0.1)
    const penalized: Objective = {
      ...objective,
      loss: (weights, batch, context) =>
        tf.add(objective.loss(weights, batch, context), penaltyOf(objective.penalties!, weights)),
    }
    const input = toDense(objective.examples.input)
    expectFormula(evaluateObjective(penalized, objective.examples, weights), weights, (numbers) =>
      lossOf(
        input,
        toDense(objective.examples.target),
        names.map((name) => numbers[name]!),
        hyperparameters,
      ),
    )
  })

  test('initially predicts the mean rating', () => {
    const ratings = randomSparse(5, 4, 0.6, createRandom('ratings'))
    const mean = ratings.values.reduce((sum, value) => sum + value, 0) / ratings.values.length
    const { b } = autoRecObjective(ratings, 'user', parse({})).initialize(createRandom('weights'))
    for (const bias of b!.values) expect(bias).toBeCloseTo(mean, 5)
  })
})

describe('the input of the encoder', () => {
  const ratings = randomSparse(3, 4, 0.6, createRandom('input'))
  const dense = toDense(ratings)

  test('is the ratings as they are', () => {
    expect(toDense(encoderInput(ratings, 'ratings', 3))).toEqual(dense)
  })

  test('or the ratings minus the mean', () => {
    expect(toDense(encoderInput(ratings, 'centered', 3))).toEqual(
      dense.map((row) => row.map((value) => (value === 0 ? 0 : value - 3))),
    )
  })

  test('drops a share of the ratings and their mask in training, while the target keeps all of them', () => {
    const many = randomSparse(40, 30, 0.6, createRandom('hidden'))
    const hyperparameters = parse({ input: 'centered+mask', inputDropout: 0.3 })
    const objective = autoRecObjective(many, 'user', hyperparameters)
    const { input, target } = corrupted(objective)
    expect(target).toEqual(many)
    const whole = toDense(corrupted(objective).input)
    const full = toDense(encoderInput(many, 'centered+mask', ratingScale(many).mean))
    expect(whole).toEqual(toDense(input))
    const isShown = whole.map((row) => row.slice(30).map((mask) => mask === 1))
    expect(whole).toEqual(full.map((row, n) => row.map((value, at) => (isShown[n]![at % 30] ? value : 0))))
    const shown = isShown.flat().filter(Boolean).length / many.values.length
    expect(Math.abs(shown - 0.7)).toBeLessThan(0.05)
  })

  test('or these followed by a 1 for each rating, also for a rating equal to the mean', () => {
    const input = encoderInput(ratings, 'centered+mask', 3)
    expect(toDense(input)).toEqual(
      dense.map((row) => [
        ...row.map((value) => (value === 0 ? 0 : value - 3)),
        ...row.map((value) => Number(value !== 0)),
      ]),
    )
    for (let row = 0; row < 3; row++) {
      const items = input.indices.subarray(input.offsets[row], input.offsets[row + 1])
      expect(items).toEqual(items.toSorted())
    }
  })
})

/** Σ over ratings of (r − f(W g(V r + μ) + b))² + share λ/2 (‖W‖² + ‖V‖²), in plain loops; of residuals with g(V r + μ) − g(μ). */
function lossOf(
  input: readonly (readonly number[])[],
  ratings: readonly (readonly number[])[],
  [V, mu, W, b]: readonly ArrayLike<number>[],
  { hidden, regularization, hiddenActivation, outputActivation, target }: AutoRecHyperparameters,
): number {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const given = ratings.flat().filter((rating) => rating !== 0)
  const [lowest, highest] = [Math.min(...given), Math.max(...given)]
  const g = hiddenActivation === 'sigmoid' ? sigmoid : (x: number) => x
  const f =
    outputActivation === 'sigmoid'
      ? (x: number) => lowest + (highest - lowest) * sigmoid(x)
      : (x: number) => x
  let loss = 0
  for (const [row, inputs] of input.entries()) {
    const h = Array.from(
      { length: hidden },
      (_, k) =>
        g(inputs.reduce((sum, value, i) => sum + value * V![i * hidden + k]!, mu![k]!)) -
        (target === 'residuals' ? g(mu![k]!) : 0),
    )
    for (const [column, rating] of ratings[row]!.entries())
      if (rating !== 0)
        loss +=
          (rating - f(h.reduce((sum, value, k) => sum + value * W![column * hidden + k]!, b![column]!))) ** 2
  }
  const squares = [...Array.from(V!), ...Array.from(W!)].reduce((sum, value) => sum + value * value, 0)
  return loss + (regularization * squares) / 2
}

function parse(given: object): AutoRecHyperparameters {
  return uAutoRec.hyperparameters.parse(given)
}
