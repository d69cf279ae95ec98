// Mult-DAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { multinomialNll } from '../compute/multinomial-nll.ts'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import { sumOfSquares } from '../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../interactions/csr-matrix.ts'
import { dropEntries } from './drop-entries.ts'
import { batchSizeFor, type LearningHyperparameters, learningSchema } from './hyperparameters.ts'
import { applyLayers, initializeLayers, layerNames } from './layers.ts'
import { freezeAutoencoder, openAutoencoder, type Tensors } from './like-autoencoder.ts'
import type { GradientModel, Objective } from './model.ts'
import { normalizeRows } from './normalize-rows.ts'
import { positives, positiveThreshold } from './positives.ts'
import { searchRanges } from './search-range.ts'
import type { Weights } from './weights.ts'

export interface MultDaeHyperparameters extends LearningHyperparameters {
  /** Sizes of the encoder's layers before the latent one; the decoder's are the same in reverse. */
  readonly hidden: readonly number[]
  readonly latent: number
  /** Share of a user's items hidden from the encoder in training. */
  readonly dropout: number
  /** λ, the weight of Σ ‖W‖² beside the mean negative log-likelihood of a user. */
  readonly regularization: number
}

/** `embed` gives the latent layer, whose elements lie between −1 and 1; `decode` the logits of the multinomial. */
export const multDae: GradientModel<MultDaeHyperparameters> = Object.freeze({
  kind: 'gradient',
  name: 'mult-dae',
  hyperparameters: z.strictObject({
    ...learningSchema({
      epochs: 200,
      batchSize: 500,
      learningRate: 1e-3,
      learningRateDecay: 'none',
      patience: 20,
    }),
    hidden: z
      .array(z.int().min(1).max(100_000))
      .max(8)
      .default([])
      .register(searchRanges, { choices: [[], [300], [600]] }),
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
    regularization: z
      .number()
      .min(0)
      .default(1e-4)
      .register(searchRanges, { from: 1e-6, to: 1e-2, scale: 'log' }),
  }),
  defaults: (data: CsrMatrix) => ({ batchSize: batchSizeFor(data.rows) }),
  objective,
  freeze: freezeAutoencoder,
  open: (weights: Weights, { hidden, latent }: MultDaeHyperparameters) =>
    openAutoencoder(weights, {
      weightNames: ['encoder', 'decoder'].flatMap((name) => layerNames(name, hidden.length + 1)),
      latentSize: latent,
      encode,
      decode,
    }),
})

function objective(data: CsrMatrix, hyperparameters: MultDaeHyperparameters): Objective {
  const { hidden, latent, dropout, regularization } = hyperparameters
  const examples = positives(data, positiveThreshold(data, hyperparameters.positiveFrom))
  return {
    examples,
    initialize: (random) => ({
      ...initializeLayers('encoder', [examples.columns, ...hidden, latent], random),
      ...initializeLayers('decoder', [latent, ...hidden.toReversed(), examples.columns], random),
    }),
    prepare: (target, random) => ({ input: dropEntries(normalizeRows(target), dropout, random), target }),
    // Σ over users of −log p(x | z) + λ Σ ‖W‖²
    loss: (weights, { input, target }) => {
      const nll = tf.sum(multinomialNll(decode(weights, encode(weights, input)), target))
      const matrices = Object.values(weights).filter(({ rank }) => rank === 2)
      const penalty = tf.mul(tf.addN(matrices.map(sumOfSquares)), regularization * target.shape[0])
      return tf.add(nll, penalty)
    },
  }
}

function encode(weights: Tensors, likes: SparseTensor): tf.Tensor2D {
  return tf.tanh(applyLayers(weights, 'encoder', likes))
}

/** The logits of π(z): users × items. */
function decode(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z)
}
