// Fully connected layers. Layer n of the part `encoder` has the weights `encoder.n.weight` (in × out) and `encoder.n.bias`.
import * as tf from '@tensorflow/tfjs'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import { type Activation, activate } from '../activation.ts'
import { truncatedNormal, xavier } from '../initializers.ts'
import type { WeightAxes } from '../model.ts'
import type { Weight, Weights } from '../weights.ts'

/** The discriminator belongs to training alone. */
type Part = 'encoder' | 'decoder' | 'discriminator'
type Tensors = Readonly<Record<string, tf.Tensor>>

/** Layers between the given sizes: Xavier weights, biases from a normal of deviation 0.001 truncated at two deviations. */
export function initializeLayers(part: Part, sizes: readonly number[], random: Random): Weights {
  const weights: Record<string, Weight> = {}
  for (let n = 0; n + 1 < sizes.length; n++) {
    const { weight, bias } = layerName(part, n)
    weights[weight] = xavier(sizes[n]!, sizes[n + 1]!, random)
    weights[bias] = truncatedNormal(sizes[n + 1]!, 0.001, random)
  }
  return weights
}

/** An encoder of items × `hidden` × `outputs`, and a decoder from `latent` back through `hidden` in reverse to the items. */
export function initializeAutoencoder(
  items: number,
  hidden: readonly number[],
  outputs: number,
  latent: number,
  random: Random,
): Weights {
  return {
    ...initializeLayers('encoder', [items, ...hidden, outputs], random),
    ...initializeLayers('decoder', [latent, ...hidden.toReversed(), items], random),
  }
}

/** The names of the weights of layer `n`, counted from 0. */
export function layerName(part: Part, n: number): { readonly weight: string; readonly bias: string } {
  return { weight: `${part}.${n}.weight`, bias: `${part}.${n}.bias` }
}

/** The names of the weights of the first `count` layers. */
export function layerNames(part: Part, count: number): string[] {
  return Array.from({ length: count }, (_, n) => Object.values(layerName(part, n))).flat()
}

/** The axes of an encoder from items and of a decoder, of `decoderLayers` layers, to items. */
export function itemAxes(decoderLayers: number): WeightAxes {
  const [input, output] = [layerName('encoder', 0), layerName('decoder', decoderLayers - 1)]
  return { [input.weight]: ['item', null], [output.weight]: [null, 'item'], [output.bias]: ['item'] }
}

/** The weights of the encoder and the decoder that are matrices, without the biases. */
export function matricesOf(weights: Tensors): tf.Tensor2D[] {
  const served = Object.entries(weights).filter(([name]) => /^(encoder|decoder)\./.test(name))
  return served.map(([, weight]) => weight).filter((weight): weight is tf.Tensor2D => weight.rank === 2)
}

/** Applies all layers of a part to a batch: `activation` between them, none after the last. */
export function applyLayers(
  weights: Tensors,
  part: Part,
  input: tf.Tensor2D | SparseTensor,
  activation: Activation,
): tf.Tensor2D {
  return applyLaterLayers(weights, part, applyFirstLayer(weights, part, input), activation)
}

/** The first layer of a part, before an activation. */
export function applyFirstLayer(
  weights: Tensors,
  part: Part,
  input: tf.Tensor2D | SparseTensor,
): tf.Tensor2D {
  const { weight, bias } = layerOf(weights, part, 0)
  const product = input instanceof tf.Tensor ? tf.matMul(input, weight) : sparseDenseMatMul(input, weight)
  return tf.add(product, bias)
}

/** All layers of a part but the first, on the result of `applyFirstLayer`. */
export function applyLaterLayers(
  weights: Tensors,
  part: Part,
  first: tf.Tensor2D,
  activation: Activation,
): tf.Tensor2D {
  let x = first
  for (let n = 1; layerName(part, n).weight in weights; n++) {
    const { weight, bias } = layerOf(weights, part, n)
    x = tf.fused.matMul({ a: activate(x, activation), b: weight, bias }) as tf.Tensor2D
  }
  return x
}

/** Applies all layers of a part in `weights`, with `activation` after each. */
export function applyHiddenLayers(
  weights: Tensors,
  part: Part,
  input: tf.Tensor2D,
  activation: Activation,
): tf.Tensor2D {
  let x = input
  for (let n = 0; layerName(part, n).weight in weights; n++) {
    const { weight, bias } = layerOf(weights, part, n)
    x = activate(tf.fused.matMul({ a: x, b: weight, bias }) as tf.Tensor2D, activation)
  }
  return x
}

function layerOf(weights: Tensors, part: Part, n: number): { weight: tf.Tensor2D; bias: tf.Tensor1D } {
  const { weight, bias } = layerName(part, n)
  return { weight: weights[weight] as tf.Tensor2D, bias: weights[bias] as tf.Tensor1D }
}
