// tfjs' two dense products, handed to ONNX Runtime; what that does not do stays with the kernels of tfjs.
import * as tf from '@tensorflow/tfjs'
import { fewRows } from './few-rows.ts'
import type { Heap } from './heap.ts'
import type { Gemm, HeldFactor } from './onnx-gemm.ts'

interface MatMulInputs {
  readonly a: tf.TensorInfo
  readonly b: tf.TensorInfo
  readonly bias?: tf.TensorInfo
  readonly preluActivationWeights?: tf.TensorInfo
}

interface MatMulAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly activation?: string
}

/** By the data of their tensor. */
export type HeldFactors = WeakMap<tf.DataId, HeldFactor>

/** A kernel for BatchMatMul or _FusedMatMul that leaves to `stock` batches, activations and what is too small. */
export function onnxMatMul(heap: Heap, gemm: Gemm, held: HeldFactors, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as unknown as MatMulInputs
    const attributes = call.attrs as unknown as MatMulAttributes
    const sizes = sizesOf(inputs, attributes)
    if (!suits(inputs, attributes, sizes)) return stock(call)
    const { a, b, bias } = inputs
    const factor = sizes.rows <= fewRows && !attributes.transposeA ? held.get(b.dataId) : undefined
    const out = heap.allocate([...a.shape.slice(0, -2), sizes.rows, sizes.columns])
    gemm({
      a: heap.floats(a),
      b: heap.floats(b),
      ...(bias ? { bias: heap.floats(bias) } : {}),
      out: heap.floats(out),
      ...sizes,
      transposeA: attributes.transposeA,
      transposeB: attributes.transposeB,
      ...(factor && { held: factor }),
    })
    return out
  }
}

function sizesOf({ a, b }: MatMulInputs, { transposeA, transposeB }: MatMulAttributes) {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
  return {
    rows: transposeA ? aColumns : aRows,
    inner: transposeA ? aRows : aColumns,
    columns: transposeB ? bRows : bColumns,
  }
}

function suits(
  { a, b, bias, preluActivationWeights }: MatMulInputs,
  { activation = 'linear' }: MatMulAttributes,
  { rows, inner, columns }: ReturnType<typeof sizesOf>,
): boolean {
  const single = [a, b].every(
    ({ shape, dtype }) => dtype === 'float32' && tf.util.sizeFromShape(shape.slice(0, -2)) === 1,
  )
  const plain = activation === 'linear' && !preluActivationWeights && (!bias || bias.shape.length === 1)
  return (
    single &&
    plain &&
    a.shape.length === b.shape.length &&
    Math.max(rows, fewRows) * inner * columns >= smallestWork
  )
}

/** Products; below it the call costs more than it saves. */
const smallestWork = 2 ** 15
