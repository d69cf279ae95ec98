// tfjs' WebAssembly backend.
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { Backend } from './backend.ts'
import { registerOperations } from './register-operations.ts'

export const wasmBackend: Backend = {
  name: 'wasm',
  async open() {
    await import('@tensorflow/tfjs-backend-wasm')
    registerOperations('wasm')
    if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly does not start in this Node')
    return { description: `${cpus()[0]?.model.trim() ?? 'CPU'}, WebAssembly`, gpu: false }
  },
}
