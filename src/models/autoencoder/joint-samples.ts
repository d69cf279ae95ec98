// The samples of adversarially learned inference (Dumoulin et al., ICLR 2017): pairs of positives x and code z, from the
// encoder, z ~ q(z | x) for a user's x, or from the decoder, x ~ p(x | z) for a draw z of the prior.
import * as tf from '@tensorflow/tfjs'
import { normalNoise } from '../../compute/noise.ts'
import type { DeviceRandom } from '../../compute/philox.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { countEntries, type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import { type Activation, activate } from '../activation.ts'
import { xavier } from '../initializers.ts'
import type { WeightAxes } from '../model.ts'
import type { Weights } from '../weights.ts'
import type { Sample } from './discriminator.ts'
import { applyFirstLayer, applyLaterLayers } from './layers.ts'
import { relaxedPositives } from './relaxed-positives.ts'

type Tensors = Readonly<Record<string, tf.Tensor>>

/** The part of the discriminator's first layer that reads the positives, items × width. */
const itemsWeight = 'discriminator.items.weight'

/** The part that reads the hidden layer next to the items, where it is a latent level of its own: hidden × width. */
const levelWeight = 'discriminator.level.weight'

export interface JointShape {
  readonly items: number
  readonly width: number
  /** Units of the hidden layer that the discriminator sees (HALI). */
  readonly level?: number | undefined
}

export function initializeJoint({ items, width, level }: JointShape, random: Random): Weights {
  return {
    [itemsWeight]: xavier(items, width, random),
    ...(level !== undefined && { [levelWeight]: xavier(level, width, random) }),
  }
}

export function jointWeights(hasLevel: boolean): string[] {
  return hasLevel ? [itemsWeight, levelWeight] : [itemsWeight]
}

export const jointAxes: WeightAxes = { [itemsWeight]: ['item', null] }

/**
 * The first layer of the encoder or the decoder before its activation, as the mean of a normal of which this is a draw: the
 * upper or the lower of two latent levels given the other (Belghazi et al., "Hierarchical adversarially learned inference",
 * 2018). The weights scale the level, so its standard deviation need not be learned.
 */
export function drawLevel(first: tf.Tensor2D, random: DeviceRandom): tf.Tensor2D {
  return tf.add(first, tf.mul(normalNoise(first, random), levelStd))
}

const levelStd = 0.3

/**
 * The sample of an encoder: a user's positives with their code.
 *
 * @param first the encoder's first layer before its activation, where it is a level
 */
export function encodedPair(
  weights: Tensors,
  z: tf.Tensor2D,
  { target, first, activation }: { target: SparseTensor; first: tf.Tensor2D; activation: Activation },
): Sample {
  const norm = tf.rsqrt(tf.maximum(countEntries(target), 1))
  const x = withValues(target, tf.gather(norm, target.rowIndices) as tf.Tensor1D)
  const U = weights[itemsWeight] as tf.Tensor2D
  return { z, context: withLevel(weights, sparseDenseMatMul(x, U), first, activation) }
}

/**
 * The sample of a decoder: a draw of the prior with positives that the decoder draws for it, see `relaxedPositives`.
 *
 * @param counts the mean number of positives of each row, [rows]
 */
export function decodedPair(
  weights: Tensors,
  z: tf.Tensor2D,
  { counts, activation }: { counts: tf.Tensor1D; activation: Activation },
  random: DeviceRandom,
): Sample {
  const hasLevel = levelWeight in weights
  const mean = applyFirstLayer(weights, 'decoder', z)
  const first = hasLevel ? drawLevel(mean, random) : mean
  const x = relaxedPositives(applyLaterLayers(weights, 'decoder', first, activation), counts, random)
  const U = weights[itemsWeight] as tf.Tensor2D
  return { z, context: withLevel(weights, tf.matMul(x, U), first, activation) }
}

function withLevel(weights: Tensors, context: tf.Tensor2D, first: tf.Tensor2D, activation: Activation) {
  const level = weights[levelWeight] as tf.Tensor2D | undefined
  return level ? tf.add<tf.Tensor2D>(context, tf.matMul(activate(first, activation), level)) : context
}
