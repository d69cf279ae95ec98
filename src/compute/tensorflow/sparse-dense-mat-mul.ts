// The sparse × dense product through TensorFlow's own operation.
import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import { coordinates } from '../plain/densify.ts'
import type { SparseDenseMatMulAttributes, SparseDenseMatMulInputs } from '../sparse-dense-mat-mul.ts'
import { nodeBackend } from './node-backend.ts'

export const tensorflowSparseDenseMatMul: PlainKernel<
  SparseDenseMatMulInputs,
  SparseDenseMatMulAttributes
> = (inputs, { shape, transpose }) => {
  const { values, dense } = inputs
  if (values.size === 0) return tf.zeros([shape[transpose ? 1 : 0], dense.shape[1]])
  const backend = nodeBackend()
  const { binding } = backend
  const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value })
  const flag = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value })
  const attributes = [
    type('T', binding.TF_FLOAT),
    type('Tindices', binding.TF_INT32),
    flag('adjoint_a', transpose),
    flag('adjoint_b', false),
  ]
  const [entries, entryValues, factor] = backend.getInputTensorIds([coordinates(inputs), values, dense])
  // tfjs has no 64-bit integers, so the shape is handed over as low and high halves.
  const shapeId = binding.createTensor([2], binding.TF_INT64, Int32Array.of(shape[0], 0, shape[1], 0))
  try {
    const ids = [entries!, entryValues!, shapeId, factor!]
    return backend.createOutputTensor(binding.executeOp('SparseTensorDenseMatMul', attributes, ids, 1)[0]!)
  } finally {
    binding.deleteTensor(shapeId)
  }
}
