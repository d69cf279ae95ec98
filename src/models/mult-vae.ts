// Mult-VAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { multinomialNll } from '../compute/multinomial-nll.ts'
import { normalNoise } from '../compute/noise.ts'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr-matrix.ts'
import type { Random } from '../random/random.ts'
import { dropEntries } from './drop-entries.ts'
import { batchSizeFor, type LearningHyperparameters, learningSchema } from './hyperparameters.ts'
import { applyLayers, initializeLayers, layerNames } from './layers.ts'
import { freezeAutoencoder, openAutoencoder, type Tensors } from './like-autoencoder.ts'
import type { Batch, GradientModel, Objective, Progress } from './model.ts'
import { normalizeRows } from './normalize-rows.ts'
import { positives, positiveThreshold } from './positives.ts'
import { searchRanges } from './search-range.ts'
import type { Weights } from './weights.ts'

export interface MultVaeHyperparameters extends LearningHyperparameters {
  /** Sizes of the encoder's hidden layers; the decoder's are the same in reverse. */
  readonly hidden: readonly number[]
  readonly latent: number
  /** Share of a user's items hidden from the encoder in training. */
  readonly dropout: number
  /** The largest weight β of the KL term. */
  readonly betaCap: number
  /** Share of all updates over which β grows linearly from 0 to `betaCap`. */
  readonly annealing: number
}

/** `embed` gives μ, the mean of q(z | x); `decode` the logits of the multinomial. */
export const multVae: GradientModel<MultVaeHyperparameters> = Object.freeze({
  kind: 'gradient',
  name: 'mult-vae',
  hyperparameters: z.strictObject({
    ...learningSchema({
      epochs: 100,
      batchSize: 500,
      learningRate: 1e-3,
      learningRateDecay: 'none',
      patience: 20,
    }),
    hidden: z
      .array(z.int().min(1).max(100_000))
      .max(8)
      .default([600])
      .register(searchRanges, { choices: [[], [300], [600], [600, 300]] }),
    latent: z
      .int()
      .min(1)
      .max(100_000)
      .default(200)
      .register(searchRanges, { from: 50, to: 400, scale: 'log' }),
    dropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(0.5)
      .register(searchRanges, { from: 0.1, to: 0.8, scale: 'linear' }),
    betaCap: z
      .number()
      .min(0)
      .max(10)
      .default(0.5)
      .register(searchRanges, { from: 0, to: 1, scale: 'linear' }),
    annealing: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .register(searchRanges, { from: 0.1, to: 1, scale: 'linear' }),
  }),
  defaults: (data: CsrMatrix) => ({ batchSize: batchSizeFor(data.rows) }),
  objective,
  freeze: freezeAutoencoder,
  open: (weights: Weights, { hidden, latent }: MultVaeHyperparameters) =>
    openAutoencoder(weights, {
      weightNames: ['encoder', 'decoder'].flatMap((name) => layerNames(name, hidden.length + 1)),
      latentSize: latent,
      encode: (tensors, likes) => encode(tensors, likes).mu,
      decode,
    }),
})

function objective(data: CsrMatrix, hyperparameters: MultVaeHyperparameters): Objective {
  const examples = positives(data, positiveThreshold(data, hyperparameters.positiveFrom))
  return {
    examples,
    initialize: (random) => initialize(examples.columns, hyperparameters, random),
    prepare: (target, random) => ({
      input: dropEntries(normalizeRows(target), hyperparameters.dropout, random),
      target,
    }),
    loss: (weights, batch, progress) => loss(weights, batch, hyperparameters, progress),
  }
}

/** Σ over users of −E log p(x | z) + β KL(q(z | x) ‖ N(0, I)), the expectation by one draw of z = μ + σ ε. */
function loss(
  weights: Tensors,
  { input, target }: Batch,
  hyperparameters: MultVaeHyperparameters,
  { step, steps, random }: Progress,
): tf.Scalar {
  const { mu, logVar } = encode(weights, input)
  const epsilon = normalNoise(mu.shape, random)
  const z = tf.add<tf.Tensor2D>(mu, tf.mul(tf.exp(tf.mul(logVar, 0.5)), epsilon))
  const nll = tf.sum(multinomialNll(decode(weights, z), target))
  // ½ Σ (σ² + μ² − 1 − log σ²)
  const kl = tf.mul(tf.sum(tf.sub(tf.add(tf.exp(logVar), tf.square(mu)), tf.add(logVar, 1))), 0.5)
  return tf.add(nll, tf.mul(kl, betaAt(step, steps, hyperparameters)))
}

function betaAt(step: number, steps: number, { betaCap, annealing }: MultVaeHyperparameters): number {
  return betaCap * Math.min(1, annealing === 0 ? 1 : step / (annealing * steps))
}

/** q(z | x): users × latent each. */
function encode(weights: Tensors, input: SparseTensor): { mu: tf.Tensor2D; logVar: tf.Tensor2D } {
  const [mu, logVar] = tf.split(applyLayers(weights, 'encoder', input), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mu, logVar }
}

/** The logits of π(z): users × items. */
function decode(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z)
}

function initialize(items: number, { hidden, latent }: MultVaeHyperparameters, random: Random): Weights {
  return {
    ...initializeLayers('encoder', [items, ...hidden, 2 * latent], random),
    ...initializeLayers('decoder', [latent, ...hidden.toReversed(), items], random),
  }
}
