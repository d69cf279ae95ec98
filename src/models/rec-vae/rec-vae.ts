// RecVAE (Shenbin, Alekseev, Tutubalina, Malykh and Nikolenko, WSDM 2020), as in the authors' code,
// https://github.com/ilya-shenbin/RecVAE.
import * as tf from '@tensorflow/tfjs'
import { dropEntries } from '../../compute/noise.ts'
import { countEntries, type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import { applyLayers, initializeLayers, itemAxes } from '../autoencoder/layers.ts'
import { exportAutoencoder, openAutoencoder, type Tensors } from '../autoencoder/multinomial-autoencoder.ts'
import { negativeLogLikelihood, negativesFor, sampledSoftmaxOf } from '../autoencoder/sampled-softmax.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import { reparameterize } from '../mult-vae.ts'
import { normalizeRows } from '../normalize-rows.ts'
import type { Scorer } from '../scorer.ts'
import type { Weights } from '../weights.ts'
import { logDensity, logPrior } from './composite-prior.ts'
import { encode, encodeFrom, encoderWeightNames, initializeEncoder } from './encoder.ts'
import { type RecVaeHyperparameters, recVaeHyperparameters } from './rec-vae-hyperparameters.ts'

/** `embed` returns the mean of q(z | x), `decode` the logits of the multinomial. */
export const recVae = defineModel({
  kind: 'gradient',
  name: 'rec-vae',
  hyperparameters: recVaeHyperparameters,
  defaults,
  mainHyperparameters: ['gamma', 'latent', 'dropout'],
  objective,
  exportWeights: exportAutoencoder,
  open,
})

function defaults(data: CsrMatrix): Partial<RecVaeHyperparameters> {
  return { batchSize: batchSizeFor(data.rows), negatives: negativesFor(data.columns) }
}

function open(weights: Weights, { layers, latent }: RecVaeHyperparameters): Scorer {
  return openAutoencoder(weights, {
    encoderWeights: encoderWeightNames(layers),
    decoderLayers: 1,
    latent,
    activation: 'identity',
    hasPosterior: true,
    encode: encodeFrom,
  })
}

function objective(data: CsrMatrix, hyperparameters: RecVaeHyperparameters): Objective {
  const { hidden, layers, latent, dropout, encoderPasses } = hyperparameters
  const target = positives(data, hyperparameters.positiveThreshold)
  const isEncoder = (name: string) => name.startsWith('encoder.')
  return {
    examples: { input: normalizeRows(target), target },
    axes: itemAxes(1),
    ...sampledSoftmaxOf(hyperparameters.negatives, 1),
    initialize: (random) => ({
      ...initializeEncoder(target.columns, hidden, layers, latent, random),
      ...initializeLayers('decoder', [latent, target.columns], random),
    }),
    passes: encoderPasses + 1,
    isTrainable: (name, pass) => isEncoder(name) === pass < encoderPasses,
    keepsPrevious: isEncoder,
    // no dropout while the decoder is trained
    corrupt: (input, { pass, random }) => dropEntries(input, pass < encoderPasses ? dropout : 0, random),
    loss: (weights, batch, context) => loss(weights, batch, hyperparameters.gamma, context),
  }
}

/** Σ over users of −log p(x | z) + γ n (log q(z | x) − log p(z | x)) at one draw z of q(z | x). */
function loss(
  weights: Tensors,
  batch: DeviceBatch,
  gamma: number,
  { random, previousEpoch }: StepContext,
): tf.Scalar {
  const { input, target } = batch
  const posterior = encode(weights, input)
  const z = reparameterize(posterior, random)
  const counts = countEntries(target)
  const old = encode(previousEpoch, normalizeCounted({ ...target, shape: input.shape }, counts))
  const kl = tf.sum(tf.sub(logDensity(z, posterior), logPrior(z, old)), 1)
  const nll = negativeLogLikelihood(decode(weights, z), batch)
  return tf.sum<tf.Scalar>(tf.add(nll, tf.mul(kl, tf.mul(counts, gamma))))
}

/** The logits of π(z): users × items. */
function decode(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z, 'identity')
}

/** Rows of ones, each divided by its Euclidean norm. */
function normalizeCounted(ones: SparseTensor, counts: tf.Tensor1D): SparseTensor {
  return withValues(ones, tf.gather<tf.Tensor1D>(tf.rsqrt(counts), ones.rowIndices))
}
