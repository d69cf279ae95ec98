import { median } from 'd3-array'
import { expect, test } from 'vitest'
import { reconstructionErrors } from '../../src/anomalies/reconstruction-errors.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { measureBounds } from '../../src/evaluation/variational-bounds.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { ppca } from '../../src/models/ppca/ppca.ts'
import { hasPosterior, type PosteriorModel } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { mean } from '../../src/statistics/mean.ts'
import { fit } from '../../src/training/fit.ts'
import { fromDense } from '../evaluation/dense.ts'
import { lowRankPicks } from '../models/worlds.ts'

await useBackend('cpu')

test('without a likelihood it is the share of misranked pairs, ties counted as half', async () => {
  const histories = fromDense([
    [5, 5, 0, 0],
    [0, 5, 5, 0],
    [5, 0, 0, 0],
  ])
  const scores = Float32Array.of(4, 3, 2, 1, 4, 3, 2, 1, 1, 1, 1, 0)
  const scorer = { itemCount: 4, score: async () => scores, dispose: () => {} }
  const { measure, errors } = await reconstructionErrors(scorer, histories, 4)
  expect(measure).toBe('misranked share')
  // user 1 has the pairs 3 < 4, 3 > 1, 2 < 4, 2 > 1; user 2 ties with two of three items
  expect([...errors]).toEqual([0, 2 / 4, 1 / 3])
})

test('a user without positives has the median of the others, and so is not unusual', async () => {
  const { train } = lowRankPicks(60, 24, 6, 5)
  const last = train.offsets[59]!
  const values = train.values.map((_, n) => (n < last ? 5 : 1))
  const histories = { ...train, values }
  const scorer = {
    itemCount: 24,
    score: async ({ rows }: CsrMatrix) => noise.subarray(0, 24 * rows),
    dispose() {},
  }
  const random = createRandom(3)
  const noise = Float32Array.from({ length: 60 * 24 }, () => random.uniform())
  const hyperparameters = { latent: 4, positiveThreshold: 4 }
  const pca = await fit({ model: ppca, hyperparameters, train: histories, seed: 1 })
  const density = ppca.open(pca.weights, pca.hyperparameters)
  for (const model of [scorer, density]) {
    const { errors } = await reconstructionErrors(model, histories, 4)
    expect(errors[59]).toBe(median(errors.subarray(0, 59)))
  }
  density.dispose()
})

test('of a VAE it is the negative ELBO per positive, and of ppca the negative log-likelihood', async () => {
  const { train } = lowRankPicks(60, 24, 6, 5)
  const picks = { ...train, values: train.values.map(() => 1) }
  const hyperparameters = { latent: 4, epochs: 30, positiveThreshold: 1 }
  const vae = await fit({ model: multVae, hyperparameters, train: picks, seed: 1 })
  const scorer = multVae.open(vae.weights, vae.hyperparameters)
  expect(hasPosterior(scorer)).toBe(true)
  const found = await reconstructionErrors(scorer, picks, 1)
  const bounds = await measureBounds(scorer as PosteriorModel, picks, {
    positiveThreshold: 1,
    samples: 20,
    random: createRandom(5),
  })
  const lengths = Array.from({ length: 60 }, (_, user) => picks.offsets[user + 1]! - picks.offsets[user]!)
  const total = mean(found.errors.map((error, user) => error * lengths[user]!))
  expect(found.measure).toBe('negative ELBO')
  expect(total / -bounds.elbo.mean).toBeCloseTo(1, 1)
  expect(found.largestKl?.units.every((unit) => unit >= 0 && unit < 4)).toBe(true)
  scorer.dispose()

  const pca = await fit({
    model: ppca,
    hyperparameters: { latent: 4, positiveThreshold: 1 },
    train: picks,
    seed: 1,
  })
  const density = ppca.open(pca.weights, pca.hyperparameters)
  const likelihood = await reconstructionErrors(density, picks, 1)
  expect(likelihood.measure).toBe('negative log-likelihood')
  density.dispose()
})
