// The discriminator of an adversarial training: a network that separates codes from draws of the prior.
import * as tf from '@tensorflow/tfjs'
import { type DeviceRandom, philoxUniform } from '../../compute/philox.ts'
import type { Random } from '../../random/random.ts'
import { activate, slopeAt } from '../activation.ts'
import type { Weights } from '../weights.ts'
import { applyLayers, initializeLayers, layerName } from './layers.ts'

type Tensors = Readonly<Record<string, tf.Tensor>>

/**
 * The objective of discriminator and encoder, with D(z) a logit: the cross-entropies of a generative adversarial network, or the distance
 * of a Wasserstein critic.
 */
export type Game = 'adversarial' | 'wasserstein'

/** Two hidden layers with tanh, as wide as `width`, and one output. */
export function initializeDiscriminator(inputs: number, width: number, random: Random): Weights {
  return initializeLayers('discriminator', [inputs, width, width, 1], random)
}

export const discriminatorLayers = 3

export function isDiscriminator(weight: string): boolean {
  return weight.startsWith('discriminator.')
}

/** D(z), [rows]: high for what looks like a draw of the prior. */
export function discriminate(weights: Tensors, z: tf.Tensor2D): tf.Tensor1D {
  return tf.reshape(applyLayers(weights, 'discriminator', z, 'tanh'), [z.shape[0]])
}

/**
 * What the discriminator minimizes, summed over the rows of both samples: −log σ(D(p)) − log(1 − σ(D(z))) (Goodfellow et
 * al., "Generative adversarial nets", NeurIPS 2014, equation 1), or D(z) − D(p) with the gradient penalty.
 */
export function discriminatorLoss(
  game: Game,
  weights: Tensors,
  { codes, prior }: { readonly codes: tf.Tensor2D; readonly prior: tf.Tensor2D },
  random: DeviceRandom,
): tf.Scalar {
  const [code, draw] = [discriminate(weights, codes), discriminate(weights, prior)]
  if (game === 'adversarial') return tf.sum(tf.add(tf.softplus(tf.neg(draw)), tf.softplus(code)))
  return tf.add(tf.sum(tf.sub(code, draw)), gradientPenalty(weights, codes, prior, random))
}

/** What the encoder minimizes, summed over rows: −log σ(D(z)), which does not saturate (ibid., section 3), or −D(z). */
export function deceptionLoss(game: Game, weights: Tensors, codes: tf.Tensor2D): tf.Scalar {
  const opposite = tf.neg(discriminate(weights, codes))
  return tf.sum(game === 'adversarial' ? tf.softplus(opposite) : opposite)
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
  return tf.mul(tf.sum(tf.square(tf.sub(gradientNorms(weights, between), 1))), penaltyWeight)
}

const penaltyWeight = 10

/** ‖∂D/∂x‖ of each row. */
export function gradientNorms(weights: Tensors, x: tf.Tensor2D): tf.Tensor1D {
  return tf.sqrt(tf.add<tf.Tensor1D>(tf.sum(tf.square(inputGradient(weights, x)), 1), smallest))
}

/** Keeps the derivative of the square root finite. */
const smallest = 1e-12

/**
 * ∂D/∂x of each row, rows × inputs: the chain rule through the layers, written out in differentiable operations, so that
 * a penalty on it needs first derivatives only.
 */
function inputGradient(weights: Tensors, x: tf.Tensor2D): tf.Tensor2D {
  const matrix = (layer: number) => weights[layerName('discriminator', layer).weight] as tf.Tensor2D
  const hidden: tf.Tensor2D[] = []
  let input = x
  for (let layer = 0; layer + 1 < discriminatorLayers; layer++) {
    const bias = weights[layerName('discriminator', layer).bias] as tf.Tensor1D
    input = activate(tf.add<tf.Tensor2D>(tf.matMul(input, matrix(layer)), bias), 'tanh')
    hidden.push(input)
  }
  // the output layer has one unit: its matrix, transposed, is the gradient at the last hidden layer
  let gradient = tf.transpose(matrix(discriminatorLayers - 1))
  for (let layer = discriminatorLayers - 2; layer >= 0; layer--)
    gradient = tf.matMul(tf.mul(gradient, slopeAt(hidden[layer]!, 'tanh')), matrix(layer), false, true)
  return gradient
}
