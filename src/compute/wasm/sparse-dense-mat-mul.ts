import type * as tf from '@tensorflow/tfjs'
import type { SparseDenseMatMulAttributes, SparseDenseMatMulInputs } from '../sparse-dense-mat-mul.ts'
import { densified } from './densified.ts'
import { fewRows } from './few-rows.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'
import type { Gemm } from './onnx-gemm.ts'
import { isDenseQuicker } from './sparse-or-dense.ts'

/** The product by SIMD kernels, or of many rows through a dense matrix where that is quicker and ONNX Runtime is there. */
export function simdSparseDenseMatMul(heap: Heap, kernels: Kernels, gemm: Gemm | null): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as unknown as SparseDenseMatMulInputs
    const { shape, transpose } = call.attrs as unknown as SparseDenseMatMulAttributes
    const [rows, columns] = shape
    const size = inputs.dense.shape[1]
    const out = heap.allocate([transpose ? columns : rows, size])
    const work = { rows, columns, entries: inputs.values.size, size }
    if (gemm && rows > fewRows && isDenseQuicker('sparse × dense', work))
      multiplyDensely(heap, gemm, inputs, shape, transpose, out)
    else if (transpose) multiplyTransposed(heap, kernels, inputs, shape, out)
    else
      kernels.sparseDense(
        rows,
        heap.addressOf(inputs.offsets),
        heap.addressOf(inputs.indices),
        heap.addressOf(inputs.values),
        heap.addressOf(inputs.dense),
        size,
        heap.addressOf(out),
      )
    return out
  }
}

/** By the rows of the transposed matrix, so that each row of `out`, of which there are many, is written once. */
function multiplyTransposed(
  heap: Heap,
  kernels: Kernels,
  { offsets, indices, values, dense }: SparseDenseMatMulInputs,
  [rows, columns]: readonly [number, number],
  out: tf.TensorInfo,
): void {
  const transposed = {
    offsets: heap.allocate([columns + 2], 'int32'),
    indices: heap.allocate([values.size], 'int32'),
    values: heap.allocate([values.size]),
  }
  const addresses = Object.values(transposed).map(heap.addressOf) as [number, number, number]
  kernels.transposeSparse(
    rows,
    columns,
    heap.addressOf(offsets),
    heap.addressOf(indices),
    heap.addressOf(values),
    ...addresses,
  )
  kernels.sparseDense(columns, ...addresses, heap.addressOf(dense), dense.shape[1], heap.addressOf(out))
  Object.values(transposed).forEach(heap.free)
}

function multiplyDensely(
  heap: Heap,
  gemm: Gemm,
  inputs: SparseDenseMatMulInputs,
  [rows, columns]: readonly [number, number],
  transpose: boolean,
  out: tf.TensorInfo,
): void {
  const matrix = densified(heap, inputs, rows, columns)
  gemm({
    a: heap.floats(matrix),
    b: heap.floats(inputs.dense),
    out: heap.floats(out),
    rows: transpose ? columns : rows,
    inner: transpose ? rows : columns,
    columns: inputs.dense.shape[1],
    transposeA: transpose,
    transposeB: false,
  })
  heap.free(matrix)
}
