import * as tf from '@tensorflow/tfjs'
import { requireWeight, type Weights } from './weights.ts'

/**
 * The named weights as tensors on the device; the caller disposes of them.
 *
 * @throws RangeError when one is missing, naming it.
 */
export function uploadWeights<Name extends string>(
  weights: Weights,
  names: readonly Name[],
): Record<Name, tf.Tensor> {
  const found = names.map((name) => [name, requireWeight(weights, name)] as const)
  return Object.fromEntries(
    found.map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape], 'float32')]),
  ) as Record<Name, tf.Tensor>
}
