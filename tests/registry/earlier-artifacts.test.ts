// Artifacts written by version 0.1, whose hyperparameters had other names, on 24 users and 10 items made up here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel } from '../../src/models/models.ts'
import { isRatingPredictor } from '../../src/models/scorer.ts'
import { type Artifact, artifactOf, decodeArtifact, encodeArtifact } from '../../src/registry/artifact.ts'
import { currentHyperparameters } from '../../src/registry/former-hyperparameters.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { fit } from '../../src/training/fit.ts'
import { fromDense } from '../evaluation/dense.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** As version 0.1 scored the history below, or predicted ratings from it. */
const results = {
  'mult-vae': [
    -0.05067, -0.16808, 0.0853, -0.03712, 0.02126, 0.10275, -0.04539, -0.11135, -0.13523, -0.06576,
  ],
  'rec-vae-edlae': [
    -0.01404, -1.11958, -0.79374, 0.44983, -1.0134, 0.53484, 0.72157, 0.75402, -0.27589, 0.75639,
  ],
  'u-autorec': [3.66976, 3.66579, 3.214, 3.57721, 3.25617, 4.11245, 3.26854, 3.70913, 3.69058, 3.25883],
}

const former = ['positiveFrom', 'betaCap', 'annealing']

test.each(Object.entries(results))(
  '%s of version 0.1 scores or predicts as it did',
  async (name, expected) => {
    const path = join(import.meta.dirname, 'artifacts', `${name}-0.1.safetensors`)
    const artifact = decodeArtifact(readFileSync(path))
    expect(artifact.hyperparameters).toMatchObject({ positiveThreshold: 3 })
    expect(Object.keys(artifact.hyperparameters).filter((key) => former.includes(key))).toEqual([])
    const scorer = openArtifact(artifact)
    const history = fromDense([[5, 0, 0, 2, 0, 0, 0, 5, 0, 0]])
    const everything = fromDense([new Array(10).fill(1)])
    const scores = await scorer.score(history)
    const actual = isRatingPredictor(scorer)
      ? await scorer.predict(Int32Array.of(-1), history, everything)
      : scores
    expect(Array.from(actual)).toEqual(expected.map((value) => expect.closeTo(value, 4)))
    expect(new Set(scores).size).toBe(10)
    scorer.dispose()
  },
)

test('hyperparameters that only training read are dropped where a model no longer has them', () => {
  const stored = { positiveThreshold: 3, prior: 'kl', noise: 0.2, l1: 0, contraction: 0, latent: 6 }
  expect(currentHyperparameters('mult-vae', stored)).toEqual({ positiveThreshold: 3, latent: 6 })
  expect(currentHyperparameters('linear-autoencoder', stored)).toEqual(stored)
})

test('a Mult-VAE with another prior is refused by name', () => {
  const stored = currentHyperparameters('mult-vae', { prior: 'mmd' })
  expect(() => findModel('mult-vae').open({}, stored)).toThrow('prior')
})

test('item-knn loads with the former name of its neighbors, and so does a blend of it', async () => {
  const matrix = fromDense([
    [5, 4, 0, 1],
    [0, 5, 5, 0],
    [4, 0, 5, 5],
  ])
  const items = createIdMap(['a', 'b', 'c', 'd'])
  const history = fromDense([[5, 0, 0, 0]])
  const scoresOf = (artifact: Artifact) => openArtifact(artifact).score(history)
  const part = { model: 'item-knn', hyperparameters: { positiveThreshold: 4, neighbors: 2 } }
  const parts = [part, { model: 'popularity', hyperparameters: { positiveThreshold: 4 } }]
  for (const trained of [part, { model: 'blend', hyperparameters: { parts, shares: [0.5, 0.5] } }]) {
    const { weights, hyperparameters } = await fit({
      ...trained,
      model: findModel(trained.model),
      train: matrix,
      seed: 1,
    })
    const artifact = artifactOf(
      { model: trained.model, hyperparameters: { ...hyperparameters }, weights },
      { matrix, items },
    )
    const stored = { ...artifact, ...withFormerNames(artifact) }
    expect(JSON.stringify(stored)).not.toContain('neighbors')
    const read = decodeArtifact(Buffer.concat(encodeArtifact(stored)))
    expect(read.hyperparameters).toEqual(artifact.hyperparameters)
    expect(await scoresOf(read)).toEqual(await scoresOf(artifact))
  }
})

function withFormerNames({
  hyperparameters,
  weights,
}: Artifact): Pick<Artifact, 'hyperparameters' | 'weights'> {
  const former = (name: string) => name.replace('neighbors', 'neighbours')
  return {
    hyperparameters: JSON.parse(former(JSON.stringify(hyperparameters))),
    weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [former(name), weight])),
  }
}
