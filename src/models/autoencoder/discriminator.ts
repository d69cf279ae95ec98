// The discriminator of an adversarial training: a network that separates the samples of an encoder from those of the prior.
import * as tf from '@tensorflow/tfjs'
import { type DeviceRandom, philoxUniform } from '../../compute/philox.ts'
import type { Random } from '../../random/random.ts'
import { activate, slopeAt } from '../activation.ts'
import type { Weights } from '../weights.ts'
import { applyFirstLayer, applyLaterLayers, initializeLayers, layerName } from './layers.ts'

type Tensors = Readonly<Record<string, tf.Tensor>>

/**
 * The objective of discriminator and encoder, with D a logit: the cross-entropies of a generative adversarial network, or
 * the distance of a Wasserstein critic.
 */
export type Game = 'adversarial' | 'wasserstein'

/** What a discriminator sees of users or of draws of the prior. */
export interface Sample {
  /** rows × latent */
  readonly z: tf.Tensor2D
  /** What else it sees, as the part of its first layer that depends on it: rows × width. See `jointContext`. */
  readonly context?: tf.Tensor2D
}

/** Two hidden layers with tanh, as wide as `width`, and one output. */
export function initializeDiscriminator(inputs: number, width: number, random: Random): Weights {
  return initializeLayers('discriminator', [inputs, width, width, 1], random)
}

export const discriminatorLayers = 3

export function isDiscriminator(weight: string): boolean {
  return weight.startsWith('discriminator.')
}

/** D, [rows]: high for what looks like a draw of the prior. */
export function discriminate(weights: Tensors, sample: Sample): tf.Tensor1D {
  const output = applyLaterLayers(weights, 'discriminator', firstLayer(weights, sample), 'tanh')
  return tf.reshape(output, [sample.z.shape[0]])
}

/** The first layer before its activation, rows × width. */
function firstLayer(weights: Tensors, { z, context }: Sample): tf.Tensor2D {
  const first = applyFirstLayer(weights, 'discriminator', z)
  return context ? tf.add(first, context) : first
}

/**
 * What the discriminator minimizes, summed over the rows of both samples: −log σ(D(p)) − log(1 − σ(D(z))) (Goodfellow et
 * al., "Generative adversarial nets", NeurIPS 2014, equation 1), or D(z) − D(p) with the gradient penalty, for encoded z
 * and p drawn from the prior.
 */
export function discriminatorLoss(
  game: Game,
  weights: Tensors,
  { encoded, drawn }: { readonly encoded: Sample; readonly drawn: Sample },
  random: DeviceRandom,
): tf.Scalar {
  const [code, draw] = [discriminate(weights, encoded), discriminate(weights, drawn)]
  if (game === 'adversarial') return tf.sum(tf.add(tf.softplus(tf.neg(draw)), tf.softplus(code)))
  return tf.add(tf.sum(tf.sub(code, draw)), gradientPenalty(weights, encoded.z, drawn.z, random))
}

/** What the encoder minimizes, summed over rows: −log σ(D(z)), which does not saturate (ibid., section 3), or −D(z). */
export function deceptionLoss(game: Game, weights: Tensors, encoded: Sample): tf.Scalar {
  const opposite = tf.neg(discriminate(weights, encoded))
  return tf.sum(game === 'adversarial' ? tf.softplus(opposite) : opposite)
}

/** What a decoder minimizes whose samples the discriminator sees, summed over rows: −log(1 − σ(D(x, z))). */
export function decoderDeceptionLoss(weights: Tensors, drawn: Sample): tf.Scalar {
  return tf.sum(tf.softplus(discriminate(weights, drawn)))
}

/**
 * Σ over rows of 10 (‖∂D/∂x‖ − 1)² at random points between the samples. Gulrajani, Ahmed, Arjovsky, Dumoulin and
 * Courville, "Improved training of Wasserstein GANs", NeurIPS 2017, equation 3.
 */
function gradientPenalty(
  weights: Tensors,
  codes: tf.Tensor2D,
  prior: tf.Tensor2D,
  random: DeviceRandom,
): tf.Scalar {
  const share = philoxUniform(tf.zeros<tf.Rank.R2>([codes.shape[0], 1]), random.next())
  const between = tf.add<tf.Tensor2D>(codes, tf.mul(share, tf.sub(prior, codes)))
  return tf.mul(tf.sum(tf.square(tf.sub(gradientNorms(weights, { z: between }), 1))), penaltyWeight)
}

const penaltyWeight = 10

/** ‖∂D/∂z‖ of each row. */
export function gradientNorms(weights: Tensors, sample: Sample): tf.Tensor1D {
  return tf.sqrt(tf.add<tf.Tensor1D>(tf.sum(tf.square(codeGradient(weights, sample)), 1), smallest))
}

/** Keeps the derivative of the square root finite. */
const smallest = 1e-12

/**
 * ∂D/∂z of each row, rows × latent: the chain rule through the layers, written out in differentiable operations, so that
 * a penalty on it needs first derivatives only.
 */
function codeGradient(weights: Tensors, sample: Sample): tf.Tensor2D {
  const matrix = (layer: number) => weights[layerName('discriminator', layer).weight] as tf.Tensor2D
  const hidden = [activate(firstLayer(weights, sample), 'tanh')]
  for (let layer = 1; layer + 1 < discriminatorLayers; layer++) {
    const bias = weights[layerName('discriminator', layer).bias] as tf.Tensor1D
    hidden.push(activate(tf.add<tf.Tensor2D>(tf.matMul(hidden.at(-1)!, matrix(layer)), bias), 'tanh'))
  }
  // the output layer has one unit: its matrix, transposed, is the gradient at the last hidden layer
  let gradient = tf.transpose(matrix(discriminatorLayers - 1))
  for (let layer = discriminatorLayers - 2; layer >= 0; layer--)
    gradient = tf.matMul(tf.mul(gradient, slopeAt(hidden[layer]!, 'tanh')), matrix(layer), false, true)
  return gradient
}
