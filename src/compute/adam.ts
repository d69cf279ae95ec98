// Adam (Kingma and Ba 2015) over named variables, its state open to be stored and restored.
import * as tf from '@tensorflow/tfjs'
import { runKernel } from './kernel.ts'
import type { Slices } from './slices.ts'

export const adamUpdateKernel = 'AdamUpdate'

/** All four have one shape. The kernel gives the new parameter, mean and variance, and may write over the old ones. */
export interface AdamUpdateInputs {
  readonly parameter: tf.Tensor
  readonly gradient: tf.Tensor
  readonly mean: tf.Tensor
  readonly variance: tf.Tensor
}

export interface AdamUpdateAttributes {
  readonly rate: number
  /** λ of the penalty λ/2 ‖θ‖², whose gradient λ θ is added to the one given. */
  readonly decay: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** 1 − β₁ᵗ */
  readonly meanCorrection: number
  /** 1 − β₂ᵗ */
  readonly varianceCorrection: number
}

export const sparseAdamUpdateKernel = 'SparseAdamUpdate'

/** The gradient has the shape of the slices at `positions`; the others, and their moments, stay as they are. */
export interface SparseAdamUpdateInputs extends AdamUpdateInputs {
  /** int32, distinct */
  readonly positions: tf.Tensor1D
}

export interface SparseAdamUpdateAttributes extends AdamUpdateAttributes {
  readonly axis: number
}

export type NamedVariables = Readonly<Record<string, tf.Variable>>

/** All that Adam remembers between steps; with the parameters, enough to go on exactly. */
export interface AdamState {
  /** Updates made of each parameter so far. */
  readonly steps: Record<string, number>
  /** Running mean of each parameter's gradient. */
  readonly mean: NamedVariables
  /** Running mean of its square. */
  readonly variance: NamedVariables
}

/** The state before the first step, in tensors of its own: dispose of them with `disposeAdam`. */
export function initializeAdam(parameters: NamedVariables): AdamState {
  const zeros = () =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape }]) => [
        name,
        tf.tidy(() => tf.variable(tf.zeros(shape), false)),
      ]),
    )
  const steps = Object.fromEntries(Object.keys(parameters).map((name) => [name, 0]))
  return { steps, mean: zeros(), variance: zeros() }
}

/**
 * One step of the given parameters, in place, while others of the same state stay: θ ← θ − rate · m̂ / (√v̂ + ε), with
 * tfjs' constants β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁷. The gradients stay the caller's.
 *
 * @param decay λ of each parameter that is also pulled by λ/2 ‖θ‖², which then needs no pass of its own
 * @param slices the slices of each parameter whose gradient is that of some slices. The others stay as they are, and so do
 * their moments; t is the number of steps of the parameter, as in SparseAdam of PyTorch.
 * @throws RangeError when a parameter has no gradient, or one of another shape.
 */
export function updateAdam(
  parameters: NamedVariables,
  gradients: Readonly<Record<string, tf.Tensor>>,
  state: AdamState,
  rate: number,
  decay: Readonly<Record<string, number>> = {},
  slices: Readonly<Record<string, Slices>> = {},
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const mean = state.mean[name]
    const variance = state.variance[name]
    const gradient = gradients[name]
    if (!mean || !variance)
      throw new RangeError(`Adam was not initialized with '${name}', only with ${Object.keys(state.mean)}`)
    const sliced = slices[name]
    const shape = parameter.shape.map((size, n) => (n === sliced?.axis ? sliced.positions.size : size))
    if (gradient?.shape.join() !== shape.join())
      throw new RangeError(
        `Parameter '${name}' of shape [${parameter.shape}] needs a gradient of ${sliced ? `shape [${shape}]` : 'its shape'}, not ${gradient ? `[${gradient.shape}]` : 'none'}`,
      )
    const step = state.steps[name]! + 1
    state.steps[name] = step
    updateOne({ parameter, gradient, mean, variance }, attributesAt(step, rate, decay[name] ?? 0), sliced)
  }
}

export function disposeAdam(state: AdamState): void {
  tf.dispose([...Object.values(state.mean), ...Object.values(state.variance)])
}

function updateOne(
  variables: { parameter: tf.Variable; gradient: tf.Tensor; mean: tf.Variable; variance: tf.Variable },
  attributes: AdamUpdateAttributes,
  slices?: Slices,
): void {
  tf.tidy(() => {
    const updated = slices
      ? runKernel<tf.Tensor[]>(
          sparseAdamUpdateKernel,
          { ...variables, positions: slices.positions },
          { ...attributes, axis: slices.axis },
        )
      : runKernel<tf.Tensor[]>(adamUpdateKernel, variables, attributes)
    variables.parameter.assign(updated[0]!)
    variables.mean.assign(updated[1]!)
    variables.variance.assign(updated[2]!)
  })
}

function attributesAt(step: number, rate: number, decay: number): AdamUpdateAttributes {
  return {
    ...adamConstants,
    rate,
    decay,
    meanCorrection: 1 - adamConstants.beta1 ** step,
    varianceCorrection: 1 - adamConstants.beta2 ** step,
  }
}

/** tfjs' own. */
export const adamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const
