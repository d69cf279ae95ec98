import * as tf from '@tensorflow/tfjs'
import type { SparseTensor } from '../sparse-tensor.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

/** Copies what is left, so that the products skip what is gone. */
export function simdCompactEntries(heap: Heap, kernels: Kernels): (sparse: SparseTensor) => SparseTensor {
  const tensor = (info: tf.TensorInfo) => tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D
  return (sparse) => {
    const { shape, offsets, indices, values } = sparse
    const kept = kernels.countNonZero(values.size, heap.addressOf(values))
    const out = {
      offsets: heap.allocate(offsets.shape, 'int32'),
      rowIndices: heap.allocate([kept], 'int32'),
      indices: heap.allocate([kept], 'int32'),
      values: heap.allocate([kept]),
    }
    kernels.compact(
      shape[0],
      ...([offsets, indices, values].map(heap.addressOf) as [number, number, number]),
      ...(Object.values(out).map(heap.addressOf) as [number, number, number, number]),
    )
    return {
      shape,
      offsets: tensor(out.offsets),
      rowIndices: tensor(out.rowIndices),
      indices: tensor(out.indices),
      values: tensor(out.values),
    }
  }
}
