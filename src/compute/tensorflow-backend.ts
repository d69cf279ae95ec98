// libtensorflow through tfjs-node: CUDA where there is a card.

import util from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { setEnvironmentDefault } from '../config/config.ts'
import type { Backend } from './backend.ts'
import { philoxNormalKernel, philoxUniformKernel } from './philox.ts'
import { kernelOf, registerOperations, replaceKernel } from './register-operations.ts'
import { sampledMatMulKernel } from './sampled-mat-mul.ts'
import { sparseDenseMatMulKernel } from './sparse-dense-mat-mul.ts'
import { nodeBackend } from './tensorflow/node-backend.ts'
import { tensorflowPhiloxNormal, tensorflowPhiloxUniform } from './tensorflow/philox.ts'
import { tensorflowSampledMatMul } from './tensorflow/sampled-mat-mul.ts'
import { tensorflowSparseDenseMatMul } from './tensorflow/sparse-dense-mat-mul.ts'

export const tensorflowBackend: Backend = {
  name: 'tensorflow',
  forGpus: true,
  async open() {
    // tfjs-node calls a function that Node 23 took away.
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined })
    // Start-up notices only on request.
    setEnvironmentDefault('TF_CPP_MIN_LOG_LEVEL', '2')
    await importFirst(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'])
    registerOperations('tensorflow')
    replaceKernel(sparseDenseMatMulKernel, 'tensorflow', kernelOf(tensorflowSparseDenseMatMul))
    replaceKernel(sampledMatMulKernel, 'tensorflow', kernelOf(tensorflowSampledMatMul))
    replaceKernel(philoxUniformKernel, 'tensorflow', kernelOf(tensorflowPhiloxUniform))
    replaceKernel(philoxNormalKernel, 'tensorflow', kernelOf(tensorflowPhiloxNormal))
    if (!(await tf.setBackend('tensorflow'))) throw new Error('libtensorflow does not start')
    const gpu = nodeBackend().isUsingGpuDevice === true
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
  throw new Error(`TensorFlow does not load; npm run setup:tensorflow mends that (${reasons.join('; ')})`)
}

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n')[0]!
}
