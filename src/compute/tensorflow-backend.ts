// libtensorflow through tfjs-node: CUDA where there is a card.
import * as tf from '@tensorflow/tfjs'
import type { Backend } from './backend.ts'
import { registerOperations } from './register-operations.ts'

export const tensorflowBackend: Backend = {
  name: 'tensorflow',
  async open() {
    await importFirst(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'])
    registerOperations('tensorflow')
    if (!(await tf.setBackend('tensorflow'))) throw new Error('libtensorflow does not start')
    const gpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
    return { description: gpu ? 'GPU through CUDA' : 'CPU through libtensorflow', gpu }
  },
}

/** The packages are optional, so neither is named in an import statement. */
async function importFirst(packages: readonly string[]): Promise<void> {
  const reasons: string[] = []
  for (const name of packages) {
    try {
      await import(name)
      return
    } catch (cause) {
      reasons.push(`${name}: ${firstLine(cause)}`)
    }
  }
  throw new Error(`TensorFlow is not installed (${reasons.join('; ')})`)
}

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n')[0]!
}
