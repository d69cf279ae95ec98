import { describe, expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, modelNames } from '../../src/models/models.ts'
import { createRandom } from '../../src/random/random.ts'
import { transferWeights, WeightTransferError } from '../../src/training/transfer-weights.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { matrixOf } from '../models/worlds.ts'

const weight = (shape: number[], ...values: number[]) => ({ shape, values: Float32Array.from(values) })
const items = (...ids: string[]) => ({ items: createIdMap(ids) })

describe('transferring weights', () => {
  test('follows ids to their new positions, keeps fresh weights for new ids and drops removed ids', () => {
    const carried = transferWeights(
      { rows: weight([3, 2], 91, 92, 93, 94, 95, 96), columns: weight([2, 3], 91, 92, 93, 94, 95, 96) },
      { rows: ['item', null], columns: [null, 'item'] },
      { rows: weight([2, 2], 1, 2, 3, 4), columns: weight([2, 2], 1, 2, 3, 4) },
      items('gone', 'stays'),
      items('new', 'stays', 'newer'),
    )
    expect([...carried.rows!.values]).toEqual([91, 92, 3, 4, 95, 96])
    expect([...carried.columns!.values]).toEqual([91, 2, 93, 94, 4, 96])
  })

  test('follows ids in each of several blocks', () => {
    const carried = transferWeights(
      { V: weight([4, 1], 91, 92, 93, 94) },
      { V: ['item', null] },
      { V: weight([4, 1], 1, 2, 3, 4) },
      items('a', 'b'),
      items('b', 'c'),
    )
    expect([...carried.V!.values]).toEqual([2, 92, 4, 94])
  })

  test('copies weights that belong to neither users nor items', () => {
    const both = items('a')
    const carried = transferWeights({ mu: weight([2], 9, 9) }, {}, { mu: weight([2], 1, 2) }, both, both)
    expect([...carried.mu!.values]).toEqual([1, 2])
  })

  test.each([
    ['another size', { mu: weight([3], 1, 2, 3) }, 'mu had size 3 along axis 0 and has 2'],
    ['a missing weight', {}, 'no weight mu'],
  ])('refuses %s, naming the weight', (_, learned, message) => {
    const transfer = () => transferWeights({ mu: weight([2], 9, 9) }, {}, learned, items('a'), items('a'))
    expect(transfer).toThrow(WeightTransferError)
    expect(transfer).toThrow(message)
  })

  test('refuses weights of unknown users', () => {
    const W = weight([1], 1)
    expect(() => transferWeights({ W }, { W: ['user'] }, { W }, items('a'), items('a'))).toThrow(
      'The users of weight W',
    )
  })
})

const learned = modelNames.filter((name) => findModel(name).kind === 'gradient')

describe.each(learned)('%s', (name) => {
  test('transfers every weight to other users and items and back', () => {
    const model = findModel(name)
    if (model.kind !== 'gradient') throw new Error(`${name} is not trained by gradient descent`)
    const hyperparameters = model.hyperparameters.parse(smallHyperparameters[name])
    const initial = (users: number, itemCount: number) => {
      const objective = model.objective(
        matrixOf(users, itemCount, () => 5),
        hyperparameters,
      )
      return { axes: objective.axes!, weights: objective.initialize(createRandom(users, itemCount)) }
    }
    const ids = (prefix: string, size: number) =>
      createIdMap(Array.from({ length: size }, (_, n) => `${prefix}${n}`))
    const numbering = (users: number, itemCount: number) => ({
      users: ids('u', users),
      items: ids('i', itemCount),
    })
    const [old, fresh] = [initial(7, 5), initial(11, 9)]
    const grown = transferWeights(fresh.weights, fresh.axes, old.weights, numbering(7, 5), numbering(11, 9))
    const back = transferWeights(old.weights, old.axes, grown, numbering(11, 9), numbering(7, 5))
    expect(back).toEqual(old.weights)
    expect(grown).not.toEqual(fresh.weights)
  })
})
