// tfjs' WebAssembly backend with the hot kernels replaced: SIMD kernels of our own and ONNX Runtime, on its memory.
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { Backend } from './backend-definition.ts'
import { registerOperations } from './register-operations.ts'
import { replaceKernels } from './wasm/replace-kernels.ts'

let replaced: Promise<readonly string[]> | undefined

export const wasmBackend: Backend = {
  name: 'wasm',
  forGpus: false,
  async open() {
    await import('@tensorflow/tfjs-backend-wasm')
    registerOperations('wasm')
    if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly does not start in this Node')
    replaced ??= replaceKernels(tf.backend() as BackendWasm)
    const slowedBy = await replaced
    const own = slowedBy.length === 0 ? 'WebAssembly with ONNX Runtime' : 'WebAssembly'
    return { description: `${cpus()[0]?.model.trim() ?? 'CPU'}, ${own}`, gpu: false, slowedBy }
  },
}
