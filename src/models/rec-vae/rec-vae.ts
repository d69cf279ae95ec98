// RecVAE (Shenbin, Alekseev, Tutubalina, Malykh and Nikolenko, WSDM 2020), as in the authors' code,
// https://github.com/ilya-shenbin/RecVAE.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { multinomialNll } from '../../compute/multinomial-nll.ts'
import { type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr-matrix.ts'
import { dropEntries } from '../autoencoder/drop-entries.ts'
import { applyLayers, initializeLayers, layerNames } from '../autoencoder/layers.ts'
import { freezeAutoencoder, openAutoencoder, type Tensors } from '../autoencoder/like-autoencoder.ts'
import { batchSizeFor, type LearningHyperparameters, learningSchema } from '../hyperparameters.ts'
import type { Batch, GradientModel, Objective, Progress } from '../model.ts'
import { logDensity, sample } from '../normal.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { positives, positiveThreshold } from '../positives.ts'
import { searchRanges } from '../search-range.ts'
import type { Weights } from '../weights.ts'
import { logPrior } from './composite-prior.ts'
import { encode, encoderNames, initializeEncoder } from './encoder.ts'

export interface RecVaeHyperparameters extends LearningHyperparameters {
  /** Size of each hidden layer of the encoder. */
  readonly hidden: number
  /** Hidden layers of the encoder; the decoder has none. */
  readonly layers: number
  readonly latent: number
  /** Share of a user's items hidden from the encoder while it learns. */
  readonly dropout: number
  /** γ: the KL term of a user with n likes weighs β = γ n. */
  readonly gamma: number
  /** Passes that update the encoder, for one that updates the decoder. */
  readonly encoderPasses: number
}

/** `embed` gives the mean of q(z | x); `decode` the logits of the multinomial. */
export const recVae: GradientModel<RecVaeHyperparameters> = Object.freeze({
  kind: 'gradient',
  name: 'rec-vae',
  hyperparameters: z.strictObject({
    ...learningSchema({
      epochs: 100,
      batchSize: 500,
      learningRate: 5e-4,
      learningRateDecay: 'none',
      patience: 10,
    }),
    hidden: z
      .int()
      .min(1)
      .max(100_000)
      .default(600)
      .register(searchRanges, { from: 200, to: 800, scale: 'log' }),
    layers: z.int().min(1).max(20).default(5),
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
    gamma: z
      .number()
      .min(0)
      .max(10)
      .default(0.005)
      .register(searchRanges, { from: 1e-3, to: 2e-2, scale: 'log' }),
    encoderPasses: z.int().min(1).max(100).default(3),
  }),
  defaults: (data: CsrMatrix) => ({ batchSize: batchSizeFor(data.rows) }),
  objective,
  freeze: freezeAutoencoder,
  open: (weights: Weights, { layers, latent }: RecVaeHyperparameters) =>
    openAutoencoder(weights, {
      weightNames: [...encoderNames(layers), ...layerNames('decoder', 1)],
      latentSize: latent,
      encode: (tensors, likes) => encode(tensors, likes).mean,
      decode,
    }),
})

function objective(data: CsrMatrix, hyperparameters: RecVaeHyperparameters): Objective {
  const { hidden, layers, latent, dropout, encoderPasses } = hyperparameters
  const examples = positives(data, positiveThreshold(data, hyperparameters.positiveFrom))
  const isEncoder = (name: string) => name.startsWith('encoder.')
  return {
    examples,
    initialize: (random) => ({
      ...initializeEncoder(examples.columns, hidden, layers, latent, random),
      ...initializeLayers('decoder', [latent, examples.columns], random),
    }),
    passes: encoderPasses + 1,
    learns: (name, pass) => isEncoder(name) === pass < encoderPasses,
    recalls: isEncoder,
    // the decoder learns without dropout
    prepare: (target, random, pass) => ({
      input: dropEntries(normalizeRows(target), pass < encoderPasses ? dropout : 0, random),
      target,
    }),
    loss: (weights, batch, progress) => loss(weights, batch, hyperparameters.gamma, progress),
  }
}

/** Σ over users of −log p(x | z) + γ n (log q(z | x) − log p(z | x)) at one draw z of q(z | x). */
function loss(
  weights: Tensors,
  { input, target }: Batch,
  gamma: number,
  { random, before }: Progress,
): tf.Scalar {
  const posterior = encode(weights, input)
  const z = sample(posterior, random)
  const counts = countRows(target)
  const old = encode(before, normalizeCounted(target, counts))
  const kl = tf.sum(tf.sub(logDensity(z, posterior), logPrior(z, old)), 1)
  const nll = multinomialNll(decode(weights, z), target)
  return tf.sum<tf.Scalar>(tf.add(nll, tf.mul(kl, tf.mul(counts, gamma))))
}

/** The logits of π(z): users × items. */
function decode(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z, 'identity')
}

/** [rows], the entries of each row. */
function countRows({ shape: [rows], offsets }: SparseTensor): tf.Tensor1D {
  return tf.cast(tf.sub<tf.Tensor1D>(tf.slice(offsets, 1, rows), tf.slice(offsets, 0, rows)), 'float32')
}

/** Rows of ones, each divided by its Euclidean norm. */
function normalizeCounted(ones: SparseTensor, counts: tf.Tensor1D): SparseTensor {
  return withValues(ones, tf.gather<tf.Tensor1D>(tf.rsqrt(counts), ones.rowIndices))
}
