import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { uAutoRec } from '../../src/models/autorec/u-autorec.ts'
import { fit as fitModel } from '../../src/training/fit.ts'
import type { FittedModel } from '../../src/training/fitted-model.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { lowRankRatings } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const { train, heldOut } = lowRankRatings(60, 40, 2)
const fit = (hyperparameters: object, validation = heldOut): Promise<FittedModel> =>
  fitModel({
    model: uAutoRec,
    hyperparameters: { ...smallHyperparameters['u-autorec'], epochs: 8, ...hyperparameters },
    train,
    validation,
    seed: 1,
  })

async function ndcgOf({ weights, hyperparameters }: FittedModel, choice: object): Promise<number> {
  const scorer = uAutoRec.open(weights, { ...hyperparameters, ...choice })
  const ranking = await evaluateRanking(scorer, heldOut, ['ndcg@100'], { positiveThreshold: 4 })
  scorer.dispose()
  return summarizeRanking(ranking)['ndcg@100']!.mean
}

describe('the hyperparameters of the ranking', () => {
  test('are those with the best NDCG on the validation users, and part of the trained model', async () => {
    const fitted = await fit({})
    const values: number[] = []
    const choices = uAutoRec.rankingChoices!
    for (const choice of choices) values.push(await ndcgOf(fitted, choice))
    expect(new Set(values).size).toBeGreaterThan(1)
    expect(fitted.hyperparameters).toMatchObject(choices[values.indexOf(Math.max(...values))]!)
    expect(await ndcgOf(fitted, {})).toBe(Math.max(...values))
  })

  test('do not change the trained weights', async () => {
    const [chosen, fixed] = [await fit({}), await fit({ unobservedWeight: 0.05, rankingRegularization: 2 })]
    expect(fixed.weights).toEqual(chosen.weights)
    expect(fixed.hyperparameters).toMatchObject({ unobservedWeight: 0.05, rankingRegularization: 2 })
  })

  test('are chosen among those that fit the ones that are set', async () => {
    const { hyperparameters } = await fit({ unobservedWeight: 0.05 })
    expect(hyperparameters).toMatchObject({
      unobservedWeight: 0.05,
      rankingRegularization: expect.any(Number),
    })
  })

  test('stay open without a validation user who has a positive target', async () => {
    const targets = { ...heldOut.targets, values: heldOut.targets.values.map(() => 1) }
    const { hyperparameters } = await fit({}, { ...heldOut, targets })
    expect(hyperparameters).toMatchObject({ unobservedWeight: null, rankingRegularization: null })
  })
})
