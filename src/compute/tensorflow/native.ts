// TensorFlow operations called by name, also on values of types that tfjs lacks.
import type * as tf from '@tensorflow/tfjs'
import { type Attribute, nodeBackend } from './node-backend.ts'

/** A value inside TensorFlow; freed with the call of `composed` that it was made in. */
export interface Native {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: number
}

/** TensorFlow's DataType numbers. */
export const types = { float: 1, int32: 3, int64: 9, uint64: 23 } as const

export interface Calls {
  /** Runs `operation`, giving its `outputs` values. */
  call(
    operation: string,
    attributes: Attributes,
    inputs: readonly (tf.TensorInfo | Native)[],
    outputs?: number,
  ): Native[]
  int32(values: readonly number[], shape?: readonly number[]): Native
  /** Of numbers below 2³¹. */
  int64(values: readonly number[]): Native
  float32(values: readonly number[], shape?: readonly number[]): Native
}

/** Types as `{ type }`, all else as it is. */
export type Attributes = Readonly<
  Record<string, { readonly type: number } | { readonly float: number } | boolean | number>
>

/** A tfjs kernel of several TensorFlow operations: gives the last values as tensors and frees all others. */
export function composed(build: (calls: Calls) => Native): tf.Tensor {
  return composedMany((calls) => [build(calls)])[0]!
}

export function composedMany(build: (calls: Calls) => readonly Native[]): tf.Tensor[] {
  const backend = nodeBackend()
  const { binding } = backend
  const made = new Set<number>()
  const keep = (native: Native): Native => {
    made.add(native.id)
    return native
  }
  const idOf = (input: tf.TensorInfo | Native) =>
    'dataId' in input ? backend.getInputTensorIds([input])[0]! : input.id
  const constant = (shape: readonly number[], dtype: number, values: Int32Array | Float32Array) =>
    keep({ id: binding.createTensor([...shape], dtype, values), shape, dtype })
  try {
    const results = build({
      call: (operation, attributes, inputs, outputs = 1) =>
        binding.executeOp(operation, attributesOf(attributes), inputs.map(idOf), outputs).map(keep),
      int32: (values, shape = [values.length]) => constant(shape, types.int32, Int32Array.from(values)),
      int64: (values) =>
        constant([values.length], types.int64, Int32Array.from(values.flatMap((value) => [value, 0]))),
      float32: (values, shape = [values.length]) => constant(shape, types.float, Float32Array.from(values)),
    })
    for (const { id } of results) made.delete(id)
    return results.map(({ id, shape, dtype }) => backend.createOutputTensor({ id, shape: [...shape], dtype }))
  } finally {
    for (const id of made) binding.deleteTensor(id)
  }
}

function attributesOf(attributes: Attributes): Attribute[] {
  const { binding } = nodeBackend()
  return Object.entries(attributes).map(([name, value]): Attribute => {
    if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
    if (typeof value === 'number') return { name, type: binding.TF_ATTR_INT, value }
    if ('float' in value) return { name, type: binding.TF_ATTR_FLOAT, value: value.float }
    return { name, type: binding.TF_ATTR_TYPE, value: value.type }
  })
}
