import type * as tf from '@tensorflow/tfjs'
import type { AdamUpdateAttributes, AdamUpdateInputs } from '../adam.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

/**
 * Overwrites mean and variance if no other tensor holds their data. Never over the parameter: tfjs' own products keep
 * a packed copy of a matrix for as long as its tensor lives, and would go on with the old one.
 */
export function simdAdamUpdate(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { parameter, gradient, mean, variance } = call.inputs as unknown as AdamUpdateInputs
    const attributes = call.attrs as unknown as AdamUpdateAttributes
    const moments = [mean, variance].map((tensor) =>
      heap.isExclusive(tensor) ? heap.alias(tensor) : heap.allocate(tensor.shape),
    )
    const outs = [heap.allocate(parameter.shape), ...moments]
    const [parameterOut, meanOut, varianceOut] = outs.map(heap.addressOf) as [number, number, number]
    kernels.adam(
      gradient.size,
      heap.addressOf(parameter),
      heap.addressOf(gradient),
      heap.addressOf(mean),
      heap.addressOf(variance),
      parameterOut,
      meanOut,
      varianceOut,
      ...adamFactors(attributes),
    )
    return outs
  }
}

/** The last arguments of the kernels `adam` and `sparseAdam`. */
export function adamFactors(attributes: AdamUpdateAttributes) {
  const { decay, rate, meanCorrection, varianceCorrection, beta1, beta2, epsilon } = attributes
  const corrections = [rate / meanCorrection, 1 / Math.sqrt(varianceCorrection)] as const
  return [decay, ...corrections, beta1, 1 - beta1, beta2, 1 - beta2, epsilon] as const
}
