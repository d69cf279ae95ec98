// Artifacts written by version 0.1, whose hyperparameters had other names, on 24 users and 10 items made up here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { findModel } from '../../src/models/models.ts'
import { decodeArtifact } from '../../src/registry/artifact.ts'
import { currentHyperparameters } from '../../src/registry/former-hyperparameters.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { fromDense } from '../evaluation/dense.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** As version 0.1 scored the history below. */
const scores = {
  'mult-vae': [
    -0.05067, -0.16808, 0.0853, -0.03712, 0.02126, 0.10275, -0.04539, -0.11135, -0.13523, -0.06576,
  ],
  'u-autorec': [1.75295, 1.65077, 1.47625, 1.70254, 1.40475, 1.95454, 1.41302, 1.77351, 1.76389, 1.40654],
}

const former = ['positiveFrom', 'betaCap', 'annealing']

test.each(Object.entries(scores))('%s of version 0.1 scores as it did', async (name, expected) => {
  const path = join(import.meta.dirname, 'artifacts', `${name}-0.1.safetensors`)
  const artifact = decodeArtifact(readFileSync(path))
  expect(artifact.hyperparameters).toMatchObject({ positiveThreshold: 3 })
  expect(Object.keys(artifact.hyperparameters).filter((key) => former.includes(key))).toEqual([])
  const scorer = openArtifact(artifact)
  const actual = await scorer.score(fromDense([[5, 0, 0, 2, 0, 0, 0, 5, 0, 0]]))
  expect(Array.from(actual)).toEqual(expected.map((score) => expect.closeTo(score, 4)))
  scorer.dispose()
})

test('hyperparameters that only training read are dropped where a model no longer has them', () => {
  const stored = { positiveThreshold: 3, prior: 'kl', noise: 0.2, l1: 0, contraction: 0, latent: 6 }
  expect(currentHyperparameters('mult-vae', stored)).toEqual({ positiveThreshold: 3, latent: 6 })
  expect(currentHyperparameters('linear-autoencoder', stored)).toEqual(stored)
})

test('a Mult-VAE with another prior is refused by name', () => {
  const stored = currentHyperparameters('mult-vae', { prior: 'mmd' })
  expect(() => findModel('mult-vae').open({}, stored)).toThrow('prior')
})
