import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { linearAutoencoder } from '../../../src/models/linear-autoencoder.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../small-hyperparameters.ts'
import { lowRankPicks } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const { train, heldOut } = lowRankPicks(60, 30, 10, 1)

function trainedWith(featureConsistency: number, options: object = {}) {
  return fit({
    model: linearAutoencoder,
    hyperparameters: { ...smallHyperparameters['linear-autoencoder'], epochs: 8, featureConsistency },
    ...{ train, seed: 1, ...options },
  })
}

describe('a feature-consistent autoencoder', () => {
  test('trains other weights than without the term, the same ones when it resumes, and keeps no features', async () => {
    const states: Parameters<typeof fit>[0]['from'][] = []
    const whole = await trainedWith(3, {
      validation: heldOut,
      onState: async (state: (typeof states)[number]) => void states.push(state),
    })
    const resumed = await trainedWith(3, { validation: heldOut, from: states[3] })
    expect(resumed.weights).toEqual(whole.weights)
    expect(Object.keys(whole.weights).some((name) => name.startsWith('features'))).toBe(false)
    const without = await trainedWith(0, { validation: heldOut })
    expect(whole.weights['encoder.0.weight']).not.toEqual(without.weights['encoder.0.weight'])
  })
})
