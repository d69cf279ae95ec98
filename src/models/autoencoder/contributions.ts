// What each interaction of a history contributes to the logit of an item, for an autoencoder.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
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
  /** The decoder's last layer: items × hidden, [items]. */
  readonly vectors: tf.Tensor2D
  readonly bias: tf.Tensor1D
}

type Contributions = Pick<PartialContributionModel, 'contributionsAt' | 'sensitivities'>

/**
 * The encoder's first layer is linear in its input: without one interaction it is the sum over the whole history less one
 * row. Of the decoder's last layer one vector is needed. So the cost of an omitted interaction depends neither on the length
 * of the history nor on the number of items.
 */
export function autoencoderContributions(model: OpenAutoencoder): Contributions {
  return {
    async contributionsAt(history, item, positions) {
      const sides = openSides(model, history)
      const [positives, dislikes] = sides
      const contributions = new Float32Array(positions.length)
      for (const side of sides) {
        const chosen = Int32Array.from(positions.keys()).filter((n) => side.inputs[positions[n]!] !== 0)
        if (chosen.length === 0) continue
        const decreases = tf.tidy(() => {
          const omitted = chosen.map((n) => positions[n]!)
          const without = firstLayerWithout(model, history, side, omitted)
          const smaller =
            side === positives
              ? logitOf(model, item, without, dislikes?.first)
              : logitOf(model, item, positives.first, without)
          return tf.sub(logitOf(model, item, positives.first, dislikes?.first), smaller)
        })
        const values = await read(decreases)
        for (const [m, n] of chosen.entries()) contributions[n] = values[m]!
      }
      disposeSides(sides)
      return contributions
    },

    async sensitivities(history, item) {
      const sides = openSides(model, history)
      const sensitivities = new Float32Array(history.indices.length)
      const logit = (...firsts: tf.Tensor[]) => logitOf(model, item, ...(firsts as FirstLayers))
      const gradients = tf.tidy(() => tf.grads(logit)(sides.map(({ first }) => first)))
      const V = model.tensors[layerName('encoder', 0).weight] as tf.Tensor2D
      for (const [n, { inputs, scale, scaleWithout }] of sides.entries()) {
        // by how much one more of each item raises the logit, before the history is normalized
        const slopes = await read(tf.tidy(() => tf.matMul(V, gradients[n] as tf.Tensor2D, false, true)))
        const products = inputs.map((input, position) => input * slopes[history.indices[position]!]!)
        const sum = products.reduce((sum, product) => sum + product, 0)
        for (const [position, product] of products.entries())
          if (inputs[position] !== 0)
            sensitivities[position] = sum * scale - (sum - product) * scaleWithout(position)
      }
      tf.dispose(gradients)
      disposeSides(sides)
      return sensitivities
    },
  }
}

/** The positives of a history, or its dislikes. */
interface Side {
  /** The input for each interaction before it is normalized; 0 for those of the other side and of none. */
  readonly inputs: Float64Array
  /** The encoder's first layer before its activation: 1 × hidden. */
  readonly first: tf.Tensor2D
  /** The same without bias and before normalization. */
  readonly sum: tf.Tensor2D
  /** What normalizes the inputs to the Euclidean length 1; 0 where there are none. */
  readonly scale: number
  scaleWithout(position: number): number
}

/** The positives and, if there are any, the dislikes. */
type Sides = readonly [positives: Side] | readonly [positives: Side, dislikes: Side]
type FirstLayers = [positives: tf.Tensor2D, dislikes?: tf.Tensor2D]

function openSides(model: OpenAutoencoder, history: CsrMatrix): Sides {
  const sign = signs(history, model.positiveThreshold)
  // a positive counts 1, a dislike as much as its rating, see `moveAwayFromDislikes`
  const positives = openSide(
    model,
    history,
    Float64Array.from(sign, (sign) => (sign > 0 ? 1 : 0)),
  )
  if (!sign.some((sign) => sign < 0)) return [positives]
  const dislikes = Float64Array.from(sign, (sign, n) => (sign < 0 ? -history.values[n]! : 0))
  return [positives, openSide(model, history, dislikes)]
}

function openSide({ tensors }: OpenAutoencoder, history: CsrMatrix, inputs: Float64Array): Side {
  const { weight, bias } = layerName('encoder', 0)
  const squaredNorm = inputs.reduce((sum, input) => sum + input ** 2, 0)
  const count = inputs.reduce((count, input) => count + (input === 0 ? 0 : 1), 0)
  const scale = count > 0 ? 1 / Math.sqrt(squaredNorm) : 0
  const input = uploadSparse({ ...history, values: Float32Array.from(inputs) })
  const sum = sparseDenseMatMul(input, tensors[weight] as tf.Tensor2D)
  disposeSparse(input)
  const first = tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(sum, scale), tensors[bias]!))
  const scaleWithout = (position: number) =>
    count > 1 ? 1 / Math.sqrt(squaredNorm - inputs[position]! ** 2) : 0
  return { inputs, first, sum, scale, scaleWithout }
}

function disposeSides(sides: Sides): void {
  tf.dispose(sides.flatMap(({ first, sum }) => [first, sum]))
}

/** The first layer without each of the interactions at `positions`: positions × hidden. */
function firstLayerWithout(
  { tensors }: OpenAutoencoder,
  { indices }: CsrMatrix,
  { inputs, sum, scaleWithout }: Side,
  positions: Int32Array,
): tf.Tensor2D {
  const { weight, bias } = layerName('encoder', 0)
  const column = (values: number[]) => tf.tensor2d(values, [positions.length, 1])
  const rows = tf.gather(
    tensors[weight] as tf.Tensor2D,
    positions.map((position) => indices[position]!),
  )
  const omitted = tf.mul(rows, column(Array.from(positions, (position) => inputs[position]!)))
  const scales = column(Array.from(positions, scaleWithout))
  return tf.add(tf.mul(tf.sub(sum, omitted), scales), tensors[bias]!)
}

/** users × 1: the logit of `item`, see `moveAwayFromDislikes`. One of the two layers may have a single row, for all users. */
function logitOf(
  { tensors, encode, decodeHidden, vectors, bias }: OpenAutoencoder,
  item: number,
  positives: tf.Tensor2D,
  dislikes?: tf.Tensor2D,
): tf.Tensor2D {
  let code = encode(positives)
  if (dislikes) {
    const nothing = tf.reshape(tensors[layerName('encoder', 0).bias]!, [1, -1]) as tf.Tensor2D
    code = tf.sub(code, tf.mul(tf.sub(encode(dislikes), encode(nothing)), dislikeStrength))
  }
  const vector = tf.slice(vectors, [item, 0], [1, vectors.shape[1]])
  return tf.add(tf.matMul(decodeHidden(code), vector, false, true), tf.slice(bias, item, 1))
}
