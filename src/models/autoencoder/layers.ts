// Fully connected layers by name: layer n of `encoder` has the weights `encoder.n.weight` (in × out) and `encoder.n.bias`.
import * as tf from '@tensorflow/tfjs'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import { type Activation, activate } from '../activation.ts'
import { truncatedNormal, xavier } from '../initializers.ts'
import type { WeightAxes } from '../model.ts'
import type { Weight, Weights } from '../weights.ts'

/** Layers between the given sizes: Xavier weights, biases from a normal of deviation 0.001 cut off at two deviations. */
export function initializeLayers(name: string, sizes: readonly number[], random: Random): Weights {
  const weights: Record<string, Weight> = {}
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    weights[weightName(name, layer)] = xavier(sizes[layer]!, sizes[layer + 1]!, random)
    weights[biasName(name, layer)] = truncatedNormal(sizes[layer + 1]!, 0.001, random)
  }
  return weights
}

/** The axes of an encoder from items and a decoder, of `decoderLayers` layers, to items. */
export function itemAxes(decoderLayers: number): WeightAxes {
  const last = decoderLayers - 1
  return {
    [weightName('encoder', 0)]: ['item', null],
    [weightName('decoder', last)]: [null, 'item'],
    [biasName('decoder', last)]: ['item'],
  }
}

/** The names of the weights of `count` layers. */
export function layerNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, layer) => [weightName(name, layer), biasName(name, layer)]).flat()
}

/** Runs a batch through all layers called `name`: `activation` between them, none at the end. */
export function applyLayers(
  weights: Readonly<Record<string, tf.Tensor>>,
  name: string,
  input: tf.Tensor2D | SparseTensor,
  activation: Activation,
): tf.Tensor2D {
  const layer = (n: number) => ({
    weight: weights[weightName(name, n)] as tf.Tensor2D,
    bias: weights[biasName(name, n)] as tf.Tensor1D,
  })
  const { weight, bias } = layer(0)
  const product = input instanceof tf.Tensor ? tf.matMul(input, weight) : sparseDenseMatMul(input, weight)
  let x = tf.add<tf.Tensor2D>(product, bias)
  for (let n = 1; weightName(name, n) in weights; n++) {
    const { weight, bias } = layer(n)
    x = tf.fused.matMul({ a: activate(x, activation), b: weight, bias }) as tf.Tensor2D
  }
  return x
}

/** The same without the last layer: what that one takes, users × its inputs. */
export function applyLayersBeforeLast(
  weights: Readonly<Record<string, tf.Tensor>>,
  name: string,
  input: tf.Tensor2D,
  activation: Activation,
): tf.Tensor2D {
  let x = input
  for (let n = 0; weightName(name, n + 1) in weights; n++) {
    const b = weights[weightName(name, n)] as tf.Tensor2D
    x = activate(tf.fused.matMul({ a: x, b, bias: weights[biasName(name, n)]! }) as tf.Tensor2D, activation)
  }
  return x
}

const weightName = (name: string, layer: number) => `${name}.${layer}.weight`
const biasName = (name: string, layer: number) => `${name}.${layer}.bias`
