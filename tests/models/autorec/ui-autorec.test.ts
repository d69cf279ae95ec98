import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { selectRows } from '../../../src/interactions/csr/select.ts'
import { transpose } from '../../../src/interactions/csr/transpose.ts'
import { blockDiagonal } from '../../../src/models/autorec/block-diagonal.ts'
import { iAutoRec } from '../../../src/models/autorec/i-autorec.ts'
import { uAutoRec } from '../../../src/models/autorec/u-autorec.ts'
import { uiAutoRec } from '../../../src/models/autorec/ui-autorec.ts'
import type { Objective } from '../../../src/models/model.ts'
import type { RatingPredictor, Scorer } from '../../../src/models/scorer.ts'
import type { Weights } from '../../../src/models/weights.ts'
import { createRandom } from '../../../src/random/random.ts'
import { largestError, randomSparse, toDense } from '../../compute/reference.ts'
import { corrupted, evaluateObjective, moved } from '../evaluate-objective.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [users, items] = [6, 4]
const data = randomSparse(users, items, 0.7, createRandom('ui-autorec'))
const settings = { hidden: 3, hiddenActivation: 'sigmoid', outputActivation: 'sigmoid' }
const hyperparameters = uiAutoRec.hyperparameters.parse({
  ...settings,
  ...{ userRegularization: 2, itemRegularization: 3, userDropout: 0, itemInputDropout: 0, userShare: 0.25 },
})
const user = uAutoRec.hyperparameters.parse({ ...settings, regularization: 2, dropout: 0 })
const item = iAutoRec.hyperparameters.parse({ ...settings, regularization: 3, inputDropout: 0 })
const objective = uiAutoRec.objective(data, hyperparameters)
const weights = moved(objective.initialize(createRandom('weights')))
const part = (side: string): Weights =>
  Object.fromEntries(
    Object.keys(weights)
      .filter((name) => name.startsWith(`${side}.`))
      .map((name) => [name.slice(side.length + 1), weights[name]!]),
  )

describe('the blend of U- and I-AutoRec', () => {
  test('minimizes the sum of both objectives', () => {
    const evaluate = (of: Objective, chosen: number[], at: Weights) => {
      const rows = of.groups?.rowsOf(Int32Array.from(chosen)) ?? chosen
      const { input, target } = of.examples
      return evaluateObjective(of, { input: selectRows(input, rows), target: selectRows(target, rows) }, at)
    }
    // the fifth and sixth example have no item
    const both = evaluate(objective, [1, 5, 3, 4], weights)
    const byUser = evaluate(uAutoRec.objective(data, user), [1, 5, 3, 4], part('user'))
    const byItem = evaluate(iAutoRec.objective(data, item), [1, 3], part('item'))
    expect(both.value).toBeCloseTo(byUser.value + byItem.value, 3)
    for (const [name, gradient] of Object.entries(both.gradients)) {
      const [side, own] = name.split('.') as [string, string]
      expect(largestError(gradient, (side === 'user' ? byUser : byItem).gradients[own]!), name).toBeLessThan(
        1e-5,
      )
    }
    expect(objective.penalties).toEqual({ 'user.V': 2, 'user.W': 2, 'item.V': 3, 'item.W': 3 })
  })

  test('predicts the weighted mean of their predictions', async () => {
    const everyone = Int32Array.from({ length: users }, (_, row) => row - 1)
    const predict = async (model: Scorer) => {
      const ratings = await (model as Scorer & RatingPredictor).predict(everyone, data, data)
      model.dispose()
      return ratings
    }
    const blended = await predict(
      uiAutoRec.open(await uiAutoRec.exportWeights(weights, data, hyperparameters), hyperparameters),
    )
    const byUser = await predict(uAutoRec.open(await uAutoRec.exportWeights(part('user'), data, user), user))
    const byItem = await predict(iAutoRec.open(await iAutoRec.exportWeights(part('item'), data, item), item))
    for (const [n, rating] of blended.entries())
      expect(rating).toBeCloseTo(0.25 * byUser[n]! + 0.75 * byItem[n]!, 4)
  })
})

describe('the block diagonal of two matrices', () => {
  test('has separate rows and columns for each, with empty rows after the shorter one', () => {
    const [top, bottom] = [toDense(data), toDense(transpose(data))]
    const empty = new Array<number>(items + users).fill(0)
    expect(toDense(blockDiagonal(data, transpose(data)))).toEqual([
      ...top.map((row) => [...row, ...new Array<number>(users).fill(0)]),
      ...bottom.map((row) => [...new Array<number>(items).fill(0), ...row]),
      ...Array.from({ length: users - items }, () => empty),
    ])
    expect(toDense(blockDiagonal(transpose(data), data)).slice(items, users)).toEqual(
      Array.from({ length: users - items }, () => empty),
    )
  })
})

describe('the input', () => {
  test('drops a share of the ratings of items and none of those of users', () => {
    const many = randomSparse(40, 30, 0.6, createRandom('hidden'))
    const objective = uiAutoRec.objective(many, uiAutoRec.hyperparameters.parse({ itemInputDropout: 0.3 }))
    const { values, offsets } = corrupted(objective).input
    const whole = objective.examples.input
    const start = whole.offsets[40]!
    expect(values.subarray(0, start)).toEqual(whole.values.subarray(0, start))
    expect(offsets.length).toBe(81)
    const shown = values.subarray(start).filter((value) => value !== 0).length / many.values.length
    expect(Math.abs(shown - 0.7)).toBeLessThan(0.06)
  })

  test('of items with masks loses a rating together with its mask, and that of users nothing', () => {
    const many = randomSparse(40, 30, 0.6, createRandom('hidden'))
    const hyperparameters = uiAutoRec.hyperparameters.parse({
      itemInput: 'centered+mask',
      itemInputDropout: 0.3,
    })
    const objective = uiAutoRec.objective(many, hyperparameters)
    const [whole, input] = [toDense(objective.examples.input), toDense(corrupted(objective).input)]
    expect(input.slice(0, 40)).toEqual(whole.slice(0, 40))
    const [ofUsers, ofItems] = [2 * 30, 2 * 40]
    let shown = 0
    for (const [n, row] of input.entries())
      for (let user = 0; user < 40; user++) {
        const isShown = n >= 40 && row[ofUsers + 40 + user] === 1
        if (isShown) shown++
        if (n >= 40) expect(row[ofUsers + user]).toBe(isShown ? whole[n]![ofUsers + user] : 0)
      }
    expect(input[0]!.length).toBe(ofUsers + ofItems)
    expect(Math.abs(shown / many.values.length - 0.7)).toBeLessThan(0.06)
  })
})
