// tfjs' own arithmetic in plain JavaScript: slow, everywhere, the reference for all others.
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { Backend } from './backend-definition.ts'
import { registerOperations } from './register-operations.ts'

export const cpuBackend: Backend = {
  name: 'cpu',
  forGpus: false,
  async open() {
    registerOperations('cpu')
    await tf.setBackend('cpu')
    return { description: `${cpus()[0]?.model.trim() ?? 'CPU'}, one thread of JavaScript`, gpu: false }
  },
}
