// The parts of MacridVAE that training and serving share.
import * as tf from '@tensorflow/tfjs'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import type { Activation } from '../activation.ts'
import { applyLaterLayers, layerName } from '../autoencoder/layers.ts'
import type { Normal, Tensors } from '../autoencoder/multinomial-autoencoder.ts'

export interface InterestSpace {
  /** The vectors of the items, of length 1: items × latent. */
  readonly items: tf.Tensor2D
  /** For each interest k, the probability c_ik that item i belongs to it: items × 1. */
  readonly shares: readonly tf.Tensor2D[]
  /** τ */
  readonly temperature: number
}

/** c_i = softmax over k of cos(t_i, m_k) / τ, for items t and interests m (ibid., equation 2). */
export function interestsOf(
  weights: Tensors,
  { interests, temperature }: { readonly interests: number; readonly temperature: number },
): InterestSpace {
  const [items, prototypes] = [weights.items, weights.interests].map((rows) => unitRows(rows as tf.Tensor2D))
  const cosines = tf.matMul(items!, prototypes!, false, true)
  const probabilities = tf.softmax(tf.div<tf.Tensor2D>(cosines, temperature))
  return { items: items!, shares: tf.split(probabilities, interests, 1) as tf.Tensor2D[], temperature }
}

/**
 * The code of one interest: the mean, of length 1, and the log variance relative to σ₀², from the positives that belong to
 * the interest, x ⊙ c_k, divided by their norm (ibid., equation 6).
 */
export function encodeInterest(
  weights: Tensors,
  x: SparseTensor,
  shares: tf.Tensor2D,
  { activation }: { readonly activation: Activation },
): Normal {
  const { weight, bias } = layerName('encoder', 0)
  // scaling the rows of the matrix in place of the input, whose gradient is not that of a dense matrix
  const product = sparseDenseMatMul(x, tf.mul(weights[weight] as tf.Tensor2D, shares))
  const squares = sparseDenseMatMul(withValues(x, tf.square(x.values)), tf.square(shares))
  const first = tf.add<tf.Tensor2D>(tf.mul(product, tf.rsqrt(tf.add(squares, smallest))), weights[bias]!)
  const output = applyLaterLayers(weights, 'encoder', first, activation)
  const [mean, negativeLogVar] = tf.split(output, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mu: unitRows(mean), logVar: tf.neg(negativeLogVar) }
}

/**
 * log Σ_k c_ik exp(z_k · t_i / τ), which are the logits of the multinomial over items (ibid., equation 5): users × items.
 *
 * @param codes for each interest, users × latent, of length 1
 */
export function decodeInterests(space: InterestSpace, codes: readonly tf.Tensor2D[]): tf.Tensor2D {
  return tf.log(tf.addN(weightsByInterest(space, codes)) as tf.Tensor2D)
}

/** c_ik exp(z_k · t_i / τ) of each interest, users × items: the larger, the more the item is there for it. */
export function weightsByInterest(
  { items, shares, temperature }: InterestSpace,
  codes: readonly tf.Tensor2D[],
): tf.Tensor2D[] {
  return codes.map((code, k) => {
    const cosines = tf.matMul(code, items, false, true)
    return tf.mul(tf.exp(tf.div(cosines, temperature)), tf.reshape(shares[k]!, [1, -1]))
  })
}

/** Each row divided by its length. */
export function unitRows(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(rows, tf.rsqrt(tf.add(tf.sum(tf.square(rows), 1, true), smallest)))
}

/** Keeps the lengths above 0. */
const smallest = 1e-8
