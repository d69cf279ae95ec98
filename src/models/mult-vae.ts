// Mult-VAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import * as tf from '@tensorflow/tfjs'
import { dropEntries, normalNoise } from '../compute/noise.ts'
import type { DeviceRandom } from '../compute/philox.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positives } from '../interactions/positives.ts'
import type { Activation } from './activation.ts'
import {
  applyFirstLayer,
  applyLaterLayers,
  applyLayers,
  initializeAutoencoder,
  itemAxes,
  layerNames,
} from './autoencoder/layers.ts'
import {
  exportAutoencoder,
  type Normal,
  openAutoencoder,
  type Tensors,
} from './autoencoder/multinomial-autoencoder.ts'
import { negativeLogLikelihood, sampledSoftmaxOf } from './autoencoder/sampled-softmax.ts'
import { defineModel } from './define-model.ts'
import { autoencoderNetwork } from './feed-forward.ts'
import type { DeviceBatch, Objective, StepContext } from './model.ts'
import {
  annealedBeta,
  type MultVaeHyperparameters,
  multVaeDefaults,
  multVaeHyperparameters,
} from './mult-vae-hyperparameters.ts'
import { normalizeRows } from './normalize-rows.ts'

export const multVae = defineModel({
  kind: 'gradient',
  name: 'mult-vae',
  hyperparameters: multVaeHyperparameters,
  defaults: multVaeDefaults,
  mainHyperparameters: ['maxBeta', 'latent', 'dropout', 'learningRate'],
  objective,
  exportWeights: exportAutoencoder,
  open: (weights, { hidden, latent, activation }: MultVaeHyperparameters) =>
    openAutoencoder(weights, {
      encoderWeights: layerNames('encoder', hidden.length + 1),
      decoderLayers: hidden.length + 1,
      latent,
      activation,
      hasPosterior: true,
      encode: (weights, first) => encode(weights, first, activation),
    }),
  feedForward: (weights, shape: MultVaeHyperparameters) =>
    autoencoderNetwork(weights, { ...shape, codeActivation: 'identity' }),
})

function objective(data: CsrMatrix, hyperparameters: MultVaeHyperparameters): Objective {
  const { hidden, latent, dropout } = hyperparameters
  const target = positives(data, hyperparameters.positiveThreshold)
  return {
    examples: { input: normalizeRows(target), target },
    axes: itemAxes(hidden.length + 1),
    ...sampledSoftmaxOf(hyperparameters.negatives, hidden.length + 1),
    annealingFraction: hyperparameters.annealingFraction,
    initialize: (random) => initializeAutoencoder(data.columns, hidden, 2 * latent, latent, random),
    schedule: (step, steps) => ({ beta: annealedBeta(hyperparameters, step, steps) }),
    corrupt: (input, { random }) => dropEntries(input, dropout, random),
    loss: (weights, batch, context) => loss(weights, batch, hyperparameters, context),
  }
}

/**
 * The negative ELBO: Σ over users of −log p(x | z) + β KL(q(z | x) ‖ N(0, I)), the expectation over z by one draw. With a
 * β above 1 it is the β-VAE of Higgins et al., ICLR 2017.
 */
function loss(
  weights: Tensors,
  batch: DeviceBatch,
  hyperparameters: MultVaeHyperparameters,
  { random, schedule }: StepContext,
): tf.Scalar {
  const { mu, logVar } = encode(
    weights,
    applyFirstLayer(weights, 'encoder', batch.input),
    hyperparameters.activation,
  )
  const z = reparameterize({ mu, logVar }, random)
  const logits = decode(weights, z, hyperparameters.activation)
  const nll = tf.sum<tf.Scalar>(negativeLogLikelihood(logits, batch))
  const kl = tf.sum<tf.Scalar>(klFromStandardNormal({ mu, logVar }))
  return tf.add(nll, tf.mul(kl, schedule.beta!))
}

/** q(z | x) = N(μ, diag σ²) from the first layer before its activation: users × hidden to users × latent each. */
function encode(weights: Tensors, first: tf.Tensor2D, activation: Activation): Normal {
  const output = applyLaterLayers(weights, 'encoder', first, activation)
  const [mu, logVar] = tf.split(output, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mu, logVar }
}

/** z = μ + σ ε with ε ~ N(0, I): one draw of q(z | x), differentiable in μ and log σ². */
export function reparameterize({ mu, logVar }: Normal, random: DeviceRandom): tf.Tensor2D {
  const epsilon = normalNoise(mu, random)
  return tf.add(mu, tf.mul(tf.exp(tf.mul(logVar, 0.5)), epsilon))
}

/** The logits of the multinomial π(z): users × latent to users × items. */
function decode(weights: Tensors, z: tf.Tensor2D, activation: Activation) {
  return applyLayers(weights, 'decoder', z, activation)
}

/** KL(N(μ, σ²) ‖ N(0, 1)) of each element: (σ² + μ² − 1 − log σ²) / 2 (Kingma and Welling 2014, appendix B). */
export function klFromStandardNormal({ mu, logVar }: Normal): tf.Tensor2D {
  const moments = tf.add(tf.exp(logVar), tf.square(mu))
  return tf.mul(tf.sub(moments, tf.add(logVar, 1)), 0.5)
}
