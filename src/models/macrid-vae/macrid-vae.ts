// MacridVAE (Ma, Zhou, Cui, Yang and Zhu, "Learning disentangled representations for recommendation", NeurIPS 2019): each item
// belongs to one of a few interests, and a user has a code for each of them.
import * as tf from '@tensorflow/tfjs'
import { multinomialNll } from '../../compute/multinomial-nll.ts'
import { dropEntries, normalNoise } from '../../compute/noise.ts'
import type { DeviceRandom } from '../../compute/philox.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import { initializeLayers, layerName } from '../autoencoder/layers.ts'
import { exportAutoencoder, type Tensors } from '../autoencoder/multinomial-autoencoder.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import { xavier } from '../initializers.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import { annealedBeta } from '../mult-vae-hyperparameters.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { decodeInterests, encodeInterest, interestsOf, unitRows } from './interests.ts'
import {
  defaultInterests,
  type MacridVaeHyperparameters,
  macridVaeHyperparameters,
} from './macrid-vae-hyperparameters.ts'
import { openMacridVae } from './open-macrid-vae.ts'

export const macridVae = defineModel({
  kind: 'gradient',
  name: 'macrid-vae',
  hyperparameters: macridVaeHyperparameters,
  defaults: ({ rows, columns }, set) => ({
    batchSize: batchSizeFor(rows, Number(set.interests ?? defaultInterests) * columns),
  }),
  mainHyperparameters: ['latent', 'dropout', 'temperature', 'learningRate'],
  objective,
  exportWeights: exportAutoencoder,
  open: openMacridVae,
})

function objective(data: CsrMatrix, hyperparameters: MacridVaeHyperparameters): Objective {
  const { interests, hidden, latent, dropout } = hyperparameters
  const target = positives(data, hyperparameters.positiveThreshold)
  return {
    examples: { input: normalizeRows(target), target },
    axes: { items: ['item', null], [layerName('encoder', 0).weight]: ['item', null] },
    annealingFraction: hyperparameters.annealingFraction,
    initialize: (random) => ({
      ...initializeLayers('encoder', [data.columns, ...hidden, 2 * latent], random),
      items: xavier(data.columns, latent, random),
      interests: xavier(interests, latent, random),
    }),
    schedule: (step, steps) => ({ beta: annealedBeta(hyperparameters, step, steps) }),
    corrupt: (input, { random }) => dropEntries(input, dropout, random),
    loss: (weights, batch, context) => loss(weights, batch, hyperparameters, context),
  }
}

/**
 * Σ over users of −log p(x | z_1 … z_K) + β Σ_k KL(q(z_k | x) ‖ N(μ_k, σ₀² I)), the expectation by one draw (ibid., equation 4
 * and section 3.3). The prior shares the mean of the posterior, which has length 1, so that the KL term concerns the
 * standard deviations alone, as in the authors' code.
 */
function loss(
  weights: Tensors,
  { input, target }: DeviceBatch,
  hyperparameters: MacridVaeHyperparameters,
  { random, schedule }: StepContext,
): tf.Scalar {
  const space = interestsOf(weights, hyperparameters)
  const codes = space.shares.map((shares) => encodeInterest(weights, input, shares, hyperparameters))
  const draws = codes.map((code) => drawCode(code, random))
  const nll = tf.sum<tf.Scalar>(multinomialNll(decodeInterests(space, draws), target))
  const divergences = codes.map(({ logVar }) => tf.sum(tf.sub(tf.exp(logVar), tf.add(logVar, 1))))
  return tf.add(nll, tf.mul(tf.mul(tf.addN(divergences), 0.5), schedule.beta!)) as tf.Scalar
}

/** A draw of N(μ, σ₀² σ² I), divided by its length. */
function drawCode({ mu, logVar }: { mu: tf.Tensor2D; logVar: tf.Tensor2D }, random: DeviceRandom) {
  const std = tf.mul(tf.exp(tf.mul(logVar, 0.5)), priorStd)
  return unitRows(tf.add(mu, tf.mul(std, normalNoise(mu, random))))
}

/** σ₀ */
const priorStd = 0.075
