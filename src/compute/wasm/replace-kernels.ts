// Which kernels of the WebAssembly backend are replaced, and what stays slow where a replacement does not work.
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { adamUpdateKernel, sparseAdamUpdateKernel } from '../adam.ts'
import { registerCompaction } from '../compact-entries.ts'
import { gatherColumnsKernel } from '../gather-columns.ts'
import { registerHold } from '../hold-factor.ts'
import { registerSearch } from '../inner-product-search.ts'
import { multinomialNllGradientKernel, multinomialNllKernel } from '../multinomial-nll.ts'
import { philoxDropoutKernel, philoxNormalKernel, philoxUniformKernel } from '../philox.ts'
import { replaceKernel } from '../register-operations.ts'
import { sampledMatMulKernel } from '../sampled-mat-mul.ts'
import { takeSlicesKernel } from '../slices.ts'
import { sparseDenseMatMulKernel } from '../sparse-dense-mat-mul.ts'
import { sumOfSquaresKernel } from '../sum-of-squares.ts'
import { simdAdamUpdate } from './adam-update.ts'
import { simdCompactEntries } from './compact-entries.ts'
import { simdElementwise } from './elementwise.ts'
import { simdGatherColumns } from './gather-columns.ts'
import { type Heap, openHeap } from './heap.ts'
import { largestInteger } from './integer-product.ts'
import { type Kernels, loadKernels } from './load-kernels.ts'
import { type HeldFactors, onnxMatMul } from './mat-mul.ts'
import { simdMultinomialNll, simdMultinomialNllGradient } from './multinomial-nll.ts'
import { type Gemm, type HeldFactor, openOnnxGemm, releaseFactor } from './onnx-gemm.ts'
import { openOnnxRuntime } from './onnx-session.ts'
import { simdPhilox, simdPhiloxDropout } from './philox.ts'
import { quantizedSearch } from './quantized-search.ts'
import { simdSampledMatMul } from './sampled-mat-mul.ts'
import { frugalSlice } from './slice.ts'
import { simdSparseAdamUpdate } from './sparse-adam-update.ts'
import { simdSparseDenseMatMul } from './sparse-dense-mat-mul.ts'
import { simdSum } from './sum.ts'
import { simdSumOfSquares } from './sum-of-squares.ts'
import { simdTakeSlices } from './take-slices.ts'

/** Replaces the kernels that can be replaced, and says why others cannot. */
export async function replaceKernels(backend: BackendWasm): Promise<readonly string[]> {
  const reasons: string[] = []
  const attempt = async <T>(what: string, open: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await open()
    } catch (cause) {
      reasons.push(`${what}: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`)
      return null
    }
  }
  const heap = await attempt('all of tfjs’ own kernels are used', () => openHeap(backend))
  if (!heap) return reasons
  const onnx = await attempt(
    'dense products use the kernels of TensorFlow.js, since ONNX Runtime cannot be loaded (npm install onnxruntime-node)',
    () => {
      const runtime = openOnnxRuntime()
      return { runtime, gemm: openOnnxGemm(runtime) }
    },
  )
  const gemm = onnx?.gemm ?? null
  const kernels = await attempt(
    'all else is tfjs’ own, since the SIMD kernels are not compiled (npm run build:kernels)',
    () => loadKernels(heap.memory),
  )
  replace(tf.Identity, aliasingIdentity(heap))
  replace(tf.Slice, frugalSlice(heap, stockOf(tf.Slice)))
  if (gemm) replaceMatMul(heap, gemm)
  if (kernels) replaceHot(heap, kernels, gemm)
  if (kernels && onnx)
    await attempt('lists are found among the scores of all items', () => {
      const { runtime } = onnx
      registerSearch('wasm', quantizedSearch({ heap, kernels, runtime, largest: largestInteger(runtime) }))
    })
  return reasons
}

/** tfjs copies, and clones whatever a gradient will need; tensors never change, so one copy does for all. */
function aliasingIdentity(heap: Heap): tf.KernelFunc {
  return ({ inputs }) => heap.alias((inputs as { x: tf.TensorInfo }).x)
}

function replaceMatMul(heap: Heap, gemm: Gemm): void {
  const held: HeldFactors = new WeakMap()
  for (const name of [tf.BatchMatMul, tf._FusedMatMul])
    replace(name, onnxMatMul(heap, gemm, held, stockOf(name)))
  registerHold('wasm', ({ dataId }) => {
    const factor: HeldFactor = new Map()
    held.set(dataId, factor)
    return () => {
      held.delete(dataId)
      releaseFactor(factor)
    }
  })
}

function replaceHot(heap: Heap, kernels: Kernels, gemm: Gemm | null): void {
  replace(sparseDenseMatMulKernel, simdSparseDenseMatMul(heap, kernels, gemm))
  replace(sampledMatMulKernel, simdSampledMatMul(heap, kernels, gemm))
  replace(gatherColumnsKernel, simdGatherColumns(heap, kernels))
  replace(multinomialNllKernel, simdMultinomialNll(heap, kernels))
  replace(multinomialNllGradientKernel, simdMultinomialNllGradient(heap, kernels))
  replace(adamUpdateKernel, simdAdamUpdate(heap, kernels))
  replace(takeSlicesKernel, simdTakeSlices(heap, kernels))
  replace(sparseAdamUpdateKernel, simdSparseAdamUpdate(heap, kernels))
  replace(sumOfSquaresKernel, simdSumOfSquares(heap, kernels))
  registerCompaction('wasm', simdCompactEntries(heap, kernels))
  replace(philoxUniformKernel, simdPhilox(heap, kernels.philoxUniform))
  replace(philoxNormalKernel, simdPhilox(heap, kernels.philoxNormal))
  replace(philoxDropoutKernel, simdPhiloxDropout(heap, kernels))
  replace(tf.Tanh, simdElementwise(heap, kernels.tanh, stockOf(tf.Tanh)))
  replace(tf.Exp, simdElementwise(heap, kernels.exp, stockOf(tf.Exp)))
  replace(tf.Sum, simdSum(heap, kernels, stockOf(tf.Sum)))
}

function replace(kernelName: string, kernel: tf.KernelFunc): void {
  replaceKernel(kernelName, 'wasm', kernel)
}

function stockOf(kernelName: string): tf.KernelFunc {
  return tf.getKernel(kernelName, 'wasm').kernelFunc
}
