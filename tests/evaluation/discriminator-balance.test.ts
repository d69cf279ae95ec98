import { expect, test } from 'vitest'
import { measureDiscriminator } from '../../src/evaluation/discriminator-balance.ts'
import type { AdversarialModel, Discrimination } from '../../src/models/scorer.ts'
import { matrixOf } from '../models/worlds.ts'

const users = matrixOf(20, 4, () => 5)

function modelOf(discrimination: Partial<Discrimination>): AdversarialModel {
  return {
    latentSize: 3,
    priorComponents: 3,
    discriminate: async () => ({
      embeddings: Float32Array.from({ length: 60 }, (_, n) => (n % 3 === Math.floor(n / 3) % 3 ? 3 : 0)),
      logits: new Float32Array(20),
      priorLogits: new Float32Array(20),
      gradientNorms: Float32Array.from({ length: 20 }, (_, user) => user),
      ...discrimination,
    }),
  } as Partial<AdversarialModel> as AdversarialModel
}

test('a discriminator that separates codes from draws is always right, one that cannot is right by chance', async () => {
  const far = { logits: new Float32Array(20).fill(-7), priorLogits: new Float32Array(20).fill(-6) }
  expect(await measureDiscriminator(modelOf(far), users)).toMatchObject({ accuracy: 1, gradientNorm: 9.5 })
  expect(await measureDiscriminator(modelOf({}), users)).toMatchObject({ accuracy: 0.5 })
})

test('a component of the prior without codes is not used', async () => {
  expect(await measureDiscriminator(modelOf({}), users)).toMatchObject({ usedComponents: 3, components: 3 })
  const embeddings = Float32Array.from({ length: 60 }, (_, n) => (n % 3 === Math.floor(n / 3) % 2 ? 3 : 0))
  expect(await measureDiscriminator(modelOf({ embeddings }), users)).toMatchObject({ usedComponents: 2 })
})

test('needs users', async () => {
  await expect(
    measureDiscriminator(
      modelOf({}),
      matrixOf(0, 4, () => 5),
    ),
  ).rejects.toThrow('without users')
})
