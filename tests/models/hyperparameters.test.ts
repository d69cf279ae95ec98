import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setOnGpu } from '../../src/compute/current-device.ts'
import { alice } from '../../src/models/alice.ts'
import { uAutoRec } from '../../src/models/autorec/u-autorec.ts'
import { contractiveAutoencoder } from '../../src/models/contractive-autoencoder.ts'
import { batchSizeFor, type LearningHyperparameters } from '../../src/models/hyperparameters.ts'
import { macridVae } from '../../src/models/macrid-vae/macrid-vae.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { matrixOf } from './worlds.ts'

const data = matrixOf(48, 3, () => 5)

describe('hyperparameters', () => {
  test('are the given ones, then the defaults for the data, then the fixed defaults', () => {
    const resolved = uAutoRec.resolve({ hidden: 7 }, data)
    expect(resolved).toMatchObject({ hidden: 7, batchSize: 4, coldRating: 'bias' })
    expect(uAutoRec.resolve({ batchSize: 9 }, data).batchSize).toBe(9)
  })

  test('resolve to themselves once resolved', () => {
    const resolved = multVae.resolve({}, data)
    expect(
      multVae.resolve(
        resolved,
        matrixOf(600, 3, () => 5),
      ),
    ).toEqual(resolved)
  })

  describe('of Mult-VAE on a GPU', () => {
    const large = matrixOf(50_000, 1, () => 5)
    const paper = { batchSize: 500, learningRate: 0.001, warmupEpochs: 0 }
    const inForce = ({ batchSize, learningRate, warmupEpochs }: LearningHyperparameters) => ({
      ...{ batchSize, learningRate, warmupEpochs },
    })

    beforeAll(() => setOnGpu(true))
    afterAll(() => setOnGpu(false))

    test('are larger batches with a higher, warmed-up learning rate where data are large', () => {
      expect(inForce(multVae.resolve({}, large))).toEqual({
        ...{ batchSize: 2000, learningRate: 0.004, warmupEpochs: 5 },
      })
      expect(inForce(multVae.resolve({ batchSize: 1000 }, large))).toEqual({
        ...{ batchSize: 1000, learningRate: 0.002, warmupEpochs: 5 },
      })
      expect(multVae.resolve({}, { ...large, columns: 50_000 }).batchSize).toBe(1342)
    })

    test('are those of a CPU where data are small, the softmax is sampled, or the batch is that of the paper', () => {
      expect(inForce(multVae.resolve({}, data))).toEqual({ ...paper, batchSize: 100 })
      expect(inForce(multVae.resolve({}, { ...large, columns: 50_001 }))).toEqual(paper)
      expect(inForce(multVae.resolve({ batchSize: 500 }, large))).toEqual(paper)
    })

    test('are no longer a warm-up than the training', () => {
      expect(multVae.resolve({ epochs: 3 }, large)).toMatchObject({ epochs: 3, warmupEpochs: 3 })
    })

    test('stay the same on a CPU once resolved', () => {
      const resolved = multVae.resolve({}, large)
      setOnGpu(false)
      expect(multVae.resolve(resolved, large)).toEqual(resolved)
      expect(inForce(multVae.resolve({}, large))).toEqual(paper)
      setOnGpu(true)
    })
  })

  test.each([
    { given: { latnt: 3 }, named: 'latnt' },
    { given: { dropout: 1.5 }, named: 'dropout' },
    { given: { hidden: 600 }, named: 'hidden' },
  ])('are refused by name: $named', ({ given, named }) => {
    expect(() => multVae.resolve(given, data)).toThrow(named)
  })

  test('a warm-up that never ends is refused', () => {
    expect(() => multVae.resolve({ epochs: 3, warmupEpochs: 4 }, data)).toThrow(
      'warmupEpochs is 4, and must be at most epochs, which is 3',
    )
    expect(multVae.resolve({ epochs: 3, warmupEpochs: 3 }, data).warmupEpochs).toBe(3)
  })

  test('an error of an unknown name lists the known names', () => {
    expect(() => multVae.resolve({ latnt: 3 }, data)).toThrow(/mult-vae has: .*latent/)
    expect(() => multVae.resolve({ dropout: 1.5 }, data)).not.toThrow('mult-vae has')
  })

  test('sample the items of large catalogs, unless a term of the loss needs all of them', () => {
    const wide = { ...data, columns: 200_000 }
    expect(multVae.resolve({}, data)).toMatchObject({ negatives: null })
    expect(multVae.resolve({}, wide)).toMatchObject({ negatives: 8192 })
    expect(multVae.resolve({ negatives: null }, wide)).toMatchObject({ negatives: null })
    expect(contractiveAutoencoder.resolve({}, wide)).toMatchObject({ negatives: null })
    expect(contractiveAutoencoder.resolve({ contraction: 0 }, wide)).toMatchObject({ negatives: 8192 })
    expect(() => contractiveAutoencoder.resolve({ negatives: 100 }, wide)).toThrow('set negatives to null')
  })

  test.each([
    { model: macridVae, set: {} },
    { model: macridVae, set: { interests: 20 } },
    { model: alice, set: {} },
  ])(
    'make smaller batches of catalogs for which 4 GB do not hold the outputs of larger ones: $model.name',
    ({ model, set }) => {
      const batchOf = (rows: number, columns: number) =>
        model.resolve(set, { ...data, rows, columns }).batchSize
      expect(batchOf(943, 1682)).toBe(79)
      const copies = 'interests' in set ? 20 : 4
      for (const columns of [100_000, 1_000_000]) {
        const numbers = batchOf(100_000, columns) * copies * columns
        expect(numbers).toBeLessThanOrEqual(Math.max(2 ** 25, copies * columns))
        expect(numbers).toBeGreaterThan(2 ** 24)
      }
    },
  )

  test('make a dozen updates per epoch, of at most 512 examples', () => {
    expect([1, 943, 6040, 138_493].map((users) => batchSizeFor(users))).toEqual([1, 79, 504, 512])
  })
})
