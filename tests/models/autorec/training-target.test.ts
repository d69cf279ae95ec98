// AutoRec of residuals over the baseline of biases.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { evaluateRatings, summarizeRatings } from '../../../src/evaluation/evaluate-ratings.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { iAutoRec } from '../../../src/models/autorec/i-autorec.ts'
import { trainingTargetOf } from '../../../src/models/autorec/training-target.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import { uiAutoRec } from '../../../src/models/autorec/ui-autorec.ts'
import { bias } from '../../../src/models/bias.ts'
import type { Model } from '../../../src/models/model.ts'
import type { RatingPredictor, Scorer } from '../../../src/models/scorer.ts'
import { createRandom } from '../../../src/random/random.ts'
import { fit } from '../../../src/training/fit.ts'
import { matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const [users, items] = [120, 80]
const random = createRandom('biases')
const userBias = Array.from({ length: users }, () => 0.5 * random.normal())
const itemBias = Array.from({ length: items }, () => 0.5 * random.normal())
/** Ratings that are biases and noise, a few for each user: there is nothing else to learn. */
const ratings = matrixOf(users, items, (user, item) => {
  const isRated = random.uniform() < 0.12
  const rating = 3.5 + userBias[user]! + itemBias[item]! + 0.8 * random.normal()
  return isRated ? Math.min(5, Math.max(1, Math.round(rating))) : undefined
})
const partOf = (part: number): CsrMatrix =>
  matrixOf(users, items, (user, item) => {
    const at = ratings.indices.subarray(ratings.offsets[user], ratings.offsets[user + 1]).indexOf(item)
    if (at < 0) return undefined
    const bucket = (7 * user + 13 * item) % 5
    const known = bucket === 0 ? 1 : bucket === 1 ? 2 : 0
    return known === part ? ratings.values[ratings.offsets[user]! + at]! : undefined
  })
const everyone = Int32Array.from({ length: users }, (_, user) => user)
const train = partOf(0)
const [validation, held] = [1, 2].map((part) => ({
  users: everyone,
  histories: train,
  targets: partOf(part),
}))
const models = [uAutoRec, iAutoRec, uiAutoRec]

async function fitAndMeasure(model: Model, hyperparameters: object = {}): Promise<number> {
  const fitted = await fit({ model, hyperparameters, train, validation: validation!, seed: 1 })
  const scorer = model.open(fitted.weights, fitted.hyperparameters) as Scorer & RatingPredictor
  const { rmse } = summarizeRatings(await evaluateRatings(scorer, held!))
  scorer.dispose()
  return rmse.mean
}

describe('on sparse ratings', () => {
  test.each(models)('$name is by default not worse than the baseline of biases', async (model) => {
    const small = { hidden: 8, epochs: 6, batchSize: 20 }
    const baseline = await fitAndMeasure(bias)
    expect(await fitAndMeasure(model, small)).toBeLessThan(1.01 * baseline)
  })

  test.each(models)(
    '$name without anything learned is the baseline, for known users and others',
    async (model) => {
      const hyperparameters = model.resolve({ hidden: 4, target: 'residuals' }, train)
      const initial = model.objective(train, hyperparameters as never).initialize(createRandom('initial'))
      const untrained = Object.fromEntries(
        Object.entries(initial).map(([name, weight]) => [
          name,
          /W$/.test(name) ? { ...weight, values: weight.values.map(() => 0) } : weight,
        ]),
      )
      const open = (weights: typeof untrained) =>
        model.open(weights, hyperparameters) as Scorer & RatingPredictor
      const scorer = open(await model.exportWeights(untrained, train, hyperparameters as never))
      const settings = bias.hyperparameters.parse({})
      const baseline = bias.open(
        await bias.solve(train, settings, { random: createRandom(1) }),
        settings,
      ) as Scorer & RatingPredictor
      const expected = await baseline.predict(everyone, train, held!.targets)
      const predicted = await scorer.predict(everyone, train, held!.targets)
      for (const [n, rating] of predicted.entries()) expect(rating).toBeCloseTo(expected[n]!, 4)
      scorer.dispose()
    },
  )
})

test('a model of residuals ranks by who rated an item positively, and not by how positively', async () => {
  const hyperparameters = iAutoRec.resolve({ hidden: 4, target: 'residuals' }, train)
  const threshold = hyperparameters.positiveThreshold
  const learned = iAutoRec.objective(train, hyperparameters).initialize(createRandom('initial'))
  const scoresAfter = async (data: CsrMatrix) => {
    const exported = await iAutoRec.exportWeights(learned, data, hyperparameters)
    const scorer = iAutoRec.open(exported, hyperparameters)
    const scores = await scorer.score(train)
    scorer.dispose()
    return { scores, vectors: exported.rankingVectors! }
  }
  const { scores, vectors } = await scoresAfter(train)
  const { V, mu } = learned
  const expected = Array.from({ length: items }, () => [...mu!.values])
  for (let user = 0; user < users; user++)
    for (let at = train.offsets[user]!; at < train.offsets[user + 1]!; at++) {
      if (train.values[at]! < threshold) continue
      for (let k = 0; k < 4; k++) expected[train.indices[at]!]![k]! += V!.values[(users + user) * 4 + k]!
    }
  for (const [n, value] of expected.flat().entries()) expect(vectors.values[n]).toBeCloseTo(value, 5)
  const shifted = await scoresAfter({
    ...train,
    values: train.values.map((rating) => (rating < threshold ? rating - 0.25 : rating + 0.25)),
  })
  for (const [n, score] of shifted.scores.entries()) expect(score).toBeCloseTo(scores[n]!, 4)
})

describe('residuals', () => {
  test('have a variance of 1, and are mapped back to the ratings', () => {
    const target = trainingTargetOf(ratings, { positiveThreshold: 4, target: 'residuals' })
    const residuals = target.fromRatings(ratings)
    const squares = residuals.values.reduce((sum, value) => sum + value * value, 0)
    expect(squares / residuals.values.length).toBeCloseTo(1, 4)
    const mapped = target.toRatings(residuals.values.slice(), ratings, ratings)
    for (const [n, rating] of mapped.entries()) expect(rating).toBeCloseTo(ratings.values[n]!, 4)
  })
})

describe('the default target', () => {
  const dense = matrixOf(200, 200, (user, item) => 1 + ((user * item) % 5))

  test('is residuals for sparse ratings, with a λ in proportion to the ratings per user and item', () => {
    const sparse = matrixOf(200, 200, (user, item) => ((user + item) % 10 === 0 ? 1 + (item % 5) : undefined))
    const sparser = matrixOf(200, 200, (user, item) =>
      (user + item) % 20 === 0 ? 1 + (item % 5) : undefined,
    )
    expect(iAutoRec.resolve({}, sparse)).toMatchObject({
      target: 'residuals',
      input: 'centered+mask',
      // (√20 + √20)² / 2
      regularization: 40,
    })
    expect(uAutoRec.resolve({}, sparser)).toMatchObject({ target: 'residuals', regularization: 20 })
    expect(uiAutoRec.resolve({}, sparse)).toMatchObject({
      target: 'residuals',
      itemInput: 'centered+mask',
      userRegularization: 40,
      itemRegularization: 40,
    })
    expect(iAutoRec.resolve({ target: 'ratings' }, sparse)).toMatchObject({
      input: 'ratings',
      regularization: 200,
    })
  })

  test('is ratings for dense ones, as in the paper', () => {
    expect(iAutoRec.resolve({}, dense)).toMatchObject({
      target: 'ratings',
      input: 'ratings',
      regularization: 200,
    })
    expect(uiAutoRec.resolve({}, dense)).toMatchObject({ target: 'ratings', itemInput: 'ratings' })
  })
})
