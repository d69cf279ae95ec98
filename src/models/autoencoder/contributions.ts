// What each interaction of a history contributes to the logit of an item, for an autoencoder.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { signs } from '../../interactions/positives.ts'
import type { PartialContributionModel } from '../scorer.ts'
import { dislikeStrength } from './dislikes.ts'
import { layerName } from './layers.ts'

export interface OpenAutoencoder {
  readonly tensors: Readonly<Record<string, tf.Tensor>>
  readonly positiveThreshold: number
  /** The code from the encoder's first layer before its activation: users × hidden to users × latent. */
  encode(first: tf.Tensor2D): tf.Tensor2D
  /** users × latent to users × hidden, the input of the decoder's last layer. */
  decodeHidden(z: tf.Tensor2D): tf.Tensor2D
  /** The decoder's last layer: hidden × items, [items]. */
  readonly W: tf.Tensor2D
  readonly b: tf.Tensor1D
}

type Contributions = Pick<PartialContributionModel, 'contributionsAt' | 'sensitivities'>

/**
 * The encoder's first layer is linear in its input: without one interaction it is the sum over the whole history less one
 * row. Of the decoder's last layer one column is needed. So the cost of an omitted interaction depends neither on the length
 * of the history nor on the number of items.
 */
export function autoencoderContributions(model: OpenAutoencoder): Contributions {
  /** For each of `positions`, 0 where it is neither positive nor a dislike; `compute` gives those of one sign. */
  async function ofEachSign(
    history: CsrMatrix,
    positions: Int32Array,
    compute: (sign: Sign, positions: Int32Array) => tf.Tensor,
  ): Promise<Float32Array> {
    const signOf = signs(history, model.positiveThreshold)
    const result = new Float32Array(positions.length)
    for (const sign of [1, -1] as const) {
      const chosen = Int32Array.from(positions.keys()).filter((n) => signOf[positions[n]!] === sign)
      if (chosen.length === 0) continue
      const values = await read(
        tf.tidy(() =>
          compute(
            sign,
            chosen.map((n) => positions[n]!),
          ),
        ),
      )
      for (const [m, n] of chosen.entries()) result[n] = values[m]!
    }
    return result
  }

  return {
    contributionsAt: (history, item, positions) =>
      ofEachSign(history, positions, (sign, omitted) => {
        const { positives, dislikes } = firstLayersOf(model, history)
        const logit = (a: tf.Tensor2D, b: tf.Tensor2D) => logitOf(model, a, b, item)
        const without =
          sign > 0
            ? logit(positives.without(omitted), dislikes.whole)
            : logit(positives.whole, dislikes.without(omitted))
        return tf.sub(logit(positives.whole, dislikes.whole), without)
      }),
    sensitivities: (history, item) =>
      ofEachSign(history, Int32Array.from(history.indices.keys()), (sign, omitted) => {
        const { positives, dislikes } = firstLayersOf(model, history)
        const logit = (a: tf.Tensor, b: tf.Tensor) => logitOf(model, a as tf.Tensor2D, b as tf.Tensor2D, item)
        const gradients = tf.grads(logit)([positives.whole, dislikes.whole]) as [tf.Tensor2D, tf.Tensor2D]
        const [layer, gradient] = sign > 0 ? [positives, gradients[0]] : [dislikes, gradients[1]]
        return tf.matMul(tf.sub<tf.Tensor2D>(layer.whole, layer.without(omitted)), gradient, false, true)
      }),
  }
}

type Sign = 1 | -1

/** The encoder's first layer before its activation, for the interactions of one sign. */
interface FirstLayer {
  /** 1 × hidden */
  readonly whole: tf.Tensor2D
  /** Without each of the interactions at these positions of the history: positions × hidden. */
  without(positions: Int32Array): tf.Tensor2D
}

function firstLayersOf({ tensors, positiveThreshold }: OpenAutoencoder, history: CsrMatrix) {
  const { weight, bias } = layerName('encoder', 0)
  const [V, b] = [tensors[weight] as tf.Tensor2D, tensors[bias] as tf.Tensor1D]
  const signOf = signs(history, positiveThreshold)
  const layerOf = (sign: Sign): FirstLayer => {
    const members = Int32Array.from(history.indices.keys()).filter((n) => signOf[n] === sign)
    // a positive counts 1, a dislike as much as its rating, see `moveAwayFromDislikes`
    const inputOf = (n: number) => (sign > 0 ? 1 : -history.values[n]!)
    const rowsAt = (positions: Int32Array) =>
      tf.mul<tf.Tensor2D>(
        tf.gather(
          V,
          positions.map((n) => history.indices[n]!),
        ),
        tf.tensor2d(Array.from(positions, inputOf), [positions.length, 1]),
      )
    // a backend may not compute the sum of no rows
    const sum =
      members.length > 0
        ? tf.sum<tf.Tensor2D>(rowsAt(members), 0, true)
        : tf.zeros<tf.Rank.R2>([1, V.shape[1]])
    const squaredNorm = members.reduce((sum, n) => sum + inputOf(n) ** 2, 0)
    return {
      whole: tf.add(tf.mul(sum, members.length > 0 ? 1 / Math.sqrt(squaredNorm) : 0), b),
      without(positions) {
        const scales = Array.from(positions, (n) =>
          members.length > 1 ? 1 / Math.sqrt(squaredNorm - inputOf(n) ** 2) : 0,
        )
        return tf.add(tf.mul(tf.sub(sum, rowsAt(positions)), tf.tensor2d(scales, [positions.length, 1])), b)
      },
    }
  }
  return { positives: layerOf(1), dislikes: layerOf(-1) }
}

/** users × 1: the logit of `item`, see `moveAwayFromDislikes`. One of the two layers may have a single row, for all users. */
function logitOf(
  { tensors, encode, decodeHidden, W, b }: OpenAutoencoder,
  positives: tf.Tensor2D,
  dislikes: tf.Tensor2D,
  item: number,
): tf.Tensor2D {
  const nothing = tf.reshape(tensors[layerName('encoder', 0).bias]!, [1, -1]) as tf.Tensor2D
  const shift = tf.mul(tf.sub(encode(dislikes), encode(nothing)), dislikeStrength)
  const hidden = decodeHidden(tf.sub(encode(positives), shift))
  const column = tf.slice(W, [0, item], [W.shape[0], 1])
  return tf.add(tf.matMul(hidden, column), tf.slice(b, item, 1))
}
