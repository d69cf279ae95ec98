import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { disposeSparse, uploadSparse } from '../../src/compute/sparse-tensor.ts'
import type { HostBatch, Objective, StepContext } from '../../src/models/model.ts'
import type { Weights } from '../../src/models/weights.ts'
import { createRandom } from '../../src/random/random.ts'
import { finiteDifferences, largestError } from '../compute/reference.ts'

export interface Evaluation {
  readonly value: number
  /** ∂loss of each weight that learns in the pass. */
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>
}

/** The loss of one batch and its gradients; all draws are made from the stream called 'draws'. */
export function evaluateObjective(
  objective: Objective,
  { input: hostInput, target: hostTarget }: HostBatch,
  weights: Weights,
  given: Partial<Omit<StepContext, 'previousEpoch'>> & { readonly previousEpoch?: Weights } = {},
): Evaluation {
  const { input, target } = { input: uploadSparse(hostInput), target: uploadSparse(hostTarget) }
  const context = {
    ...{ step: 0, steps: 1, pass: 0, share: 1, random: createRandom('draws') },
    ...{ ...given, previousEpoch: tensorsOf(given.previousEpoch ?? {}) },
  }
  const tensors = tensorsOf(weights)
  const names = Object.keys(weights).filter((name) => objective.isTrainable?.(name, context.pass) ?? true)
  const { value, grads } = tf.valueAndGrads((...learning: tf.Tensor[]) => {
    const own = Object.fromEntries(names.map((name, n) => [name, learning[n]!]))
    return objective.loss({ ...tensors, ...own }, { input, target }, context)
  })(names.map((name) => tensors[name]!))
  disposeSparse(input)
  disposeSparse(target)
  return {
    value: value.dataSync()[0]!,
    gradients: Object.fromEntries(names.map((name, n) => [name, grads[n]!.dataSync()])),
  }
}

export type Numbers = Readonly<Record<string, ArrayLike<number>>>

/** The numbers of each weight. */
export function numbersOf(weights: Weights): Numbers {
  return Object.fromEntries(Object.entries(weights).map(([name, { values }]) => [name, values]))
}

/** Whether value and gradients are those of a formula in double precision. */
export function expectFormula(
  { value, gradients }: Evaluation,
  weights: Weights,
  formula: (weights: Numbers) => number,
): void {
  const numbers = numbersOf(weights)
  expect(value).toBeCloseTo(formula(numbers), 3)
  for (const [name, gradient] of Object.entries(gradients)) {
    const expected = finiteDifferences((x) => formula({ ...numbers, [name]: x }), numbers[name]!)
    expect(largestError(gradient, expected), name).toBeLessThan(1e-4)
  }
}

/** The same weights, moved away from whatever is special about where training starts. */
export function moved(weights: Weights, by = 0.3): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }], n) => [
      name,
      { shape, values: values.map((value, i) => value + by * Math.sin(7 * n + i)) },
    ]),
  )
}

function tensorsOf(weights: Weights): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  )
}
