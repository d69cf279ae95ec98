import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { createDeviceRandom } from '../../src/compute/philox.ts'
import { disposeSparse, uploadSparse } from '../../src/compute/sparse-tensor.ts'
import type { HostBatch, Objective, StepContext } from '../../src/models/model.ts'
import type { Weights } from '../../src/models/weights.ts'
import { fillNormal, fillUniform, philoxKey } from '../../src/random/philox.ts'
import { finiteDifferences, largestError } from '../compute/reference.ts'

export interface Evaluation {
  readonly value: number
  /** ∂loss of each weight that the pass trains. */
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>
}

interface Place {
  readonly pass?: number
  /** Of a training of 100 updates. */
  readonly step?: number
  readonly previousEpoch?: Weights
}

/** The examples with the input as corrupted in a pass. */
export function corrupted(objective: Objective, pass = 0): HostBatch {
  const { input, target } = objective.examples
  const uploaded = uploadSparse(input)
  const context = contextOf(objective, { pass }, 'corruption')
  const shown = objective.corrupt?.(uploaded, context) ?? uploaded
  const [offsets, indices] = [shown.offsets, shown.indices].map((part) => part.dataSync() as Int32Array)
  return {
    input: {
      ...input,
      offsets: offsets!,
      indices: indices!,
      // an entry dropped from below 0 is −0
      values: (shown.values.dataSync() as Float32Array).map((value) => value + 0),
    },
    target,
  }
}

/** The loss of one batch and its gradients; its normal draws are those of `normalDraws`. */
export function evaluateObjective(
  objective: Objective,
  examples: HostBatch,
  weights: Weights,
  place: Place = {},
): Evaluation {
  const { input, target } = { input: uploadSparse(examples.input), target: uploadSparse(examples.target) }
  const context = contextOf(objective, place, 'draws')
  const tensors = tensorsOf(weights)
  const names = Object.keys(weights).filter((name) => objective.isTrainable?.(name, context.pass) ?? true)
  const { value, grads } = tf.valueAndGrads((...learning: tf.Tensor[]) => {
    const selected = Object.fromEntries(names.map((name, n) => [name, learning[n]!]))
    return objective.loss({ ...tensors, ...selected }, { input, target }, context)
  })(names.map((name) => tensors[name]!))
  disposeSparse(input)
  disposeSparse(target)
  return {
    value: value.dataSync()[0]!,
    gradients: Object.fromEntries(names.map((name, n) => [name, grads[n]!.dataSync()])),
  }
}

/** The normal draws that the loss makes in `evaluateObjective` from a stream; the first draws are stream 0. */
export function normalDraws(rows: number, columns: number, stream = 0): number[][] {
  const draws = new Float32Array(rows * columns)
  fillNormal(draws, { key: philoxKey('draws'), step: 0, stream })
  return Array.from({ length: rows }, (_, row) => [...draws.subarray(row * columns, (row + 1) * columns)])
}

/** The same of uniform draws. */
export function uniformDraws(count: number, stream: number): number[] {
  const draws = new Float32Array(count)
  fillUniform(draws, { key: philoxKey('draws'), step: 0, stream })
  return [...draws]
}

function contextOf(
  objective: Objective,
  { pass = 0, step = 0, previousEpoch = {} }: Place,
  key: string,
): StepContext {
  const schedule = Object.entries(objective.schedule?.(step, 100) ?? {})
  return {
    pass,
    share: 1,
    random: createDeviceRandom(philoxKey(key), tf.tensor1d([0], 'int32')),
    schedule: Object.fromEntries(schedule.map(([name, value]) => [name, tf.scalar(value)])),
    previousEpoch: tensorsOf(previousEpoch),
  }
}

export type Numbers = Readonly<Record<string, ArrayLike<number>>>

/** The values of each weight. */
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

/** The weights, moved away from the special values of their initialization. */
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
