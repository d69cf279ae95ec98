import type * as tf from '@tensorflow/tfjs'
import type { SampledMatMulAttributes, SampledMatMulInputs } from '../sampled-mat-mul.ts'
import { fewRows } from './few-rows.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'
import type { Gemm } from './onnx-gemm.ts'
import { isDenseQuicker } from './sparse-or-dense.ts'

/** The dots of single rows, or of many rows the whole product where that is quicker and ONNX Runtime (`gemm`) is there. */
export function simdSampledMatMul(heap: Heap, kernels: Kernels, gemm: Gemm | null): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as unknown as SampledMatMulInputs
    const { shape } = call.attrs as unknown as SampledMatMulAttributes
    const [rows, columns] = shape
    const size = inputs.a.shape[1]
    const out = heap.allocate([inputs.values.size])
    const work = { rows, columns, entries: inputs.values.size, size }
    if (gemm && rows > fewRows && isDenseQuicker('sampled product', work))
      sampleWhole(heap, gemm, inputs, rows, columns, out)
    else
      kernels.sampled(
        rows,
        heap.addressOf(inputs.offsets),
        heap.addressOf(inputs.indices),
        heap.addressOf(inputs.a),
        heap.addressOf(inputs.b),
        size,
        heap.addressOf(out),
      )
    return out
  }
}

function sampleWhole(
  heap: Heap,
  gemm: Gemm,
  { a, b, rowIndices, indices }: SampledMatMulInputs,
  rows: number,
  columns: number,
  out: tf.TensorInfo,
): void {
  const product = heap.allocate([rows, columns])
  const whole = heap.floats(product)
  gemm({
    a: heap.floats(a),
    b: heap.floats(b),
    out: whole,
    rows,
    inner: a.shape[1],
    columns,
    transposeA: false,
    transposeB: true,
  })
  const sampled = heap.floats(out)
  const rowOf = heap.integers(rowIndices)
  const columnOf = heap.integers(indices)
  for (let n = 0; n < sampled.length; n++) sampled[n] = whole[rowOf[n]! * columns + columnOf[n]!]!
  heap.free(product)
}
