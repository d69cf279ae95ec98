// libtensorflow through tfjs-node: CUDA where there is a card.

import { existsSync } from 'node:fs'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { setEnvironmentDefault } from '../config/config.ts'
import { adamUpdateKernel } from './adam.ts'
import type { Backend } from './backend-definition.ts'
import { registerDeviceExamples } from './device-examples.ts'
import { gatherColumnsKernel } from './gather-columns.ts'
import type { PlainKernel } from './kernel.ts'
import { multinomialNllGradientKernel, multinomialNllKernel } from './multinomial-nll.ts'
import { philoxNormalKernel, philoxUniformKernel } from './philox.ts'
import { kernelOf, registerOperations, replaceKernel } from './register-operations.ts'
import { sampledMatMulKernel } from './sampled-mat-mul.ts'
import { sparseDenseMatMulKernel } from './sparse-dense-mat-mul.ts'
import { registerRecorder } from './step-program.ts'
import { sumOfSquaresKernel } from './sum-of-squares.ts'
import { tensorflowAdamUpdate } from './tensorflow/adam-update.ts'
import { frugalReshape, unwatchedGather } from './tensorflow/array-kernels.ts'
import { countCalls } from './tensorflow/counts.ts'
import { openTensorflowExamples } from './tensorflow/device-examples.ts'
import { nodeBackend } from './tensorflow/node-backend.ts'
import { tensorflowPhiloxNormal, tensorflowPhiloxUniform } from './tensorflow/philox.ts'
import {
  tensorflowGatherColumns,
  tensorflowMultinomialNll,
  tensorflowMultinomialNllGradient,
  tensorflowSampledMatMul,
  tensorflowSparseDenseMatMul,
  tensorflowSumOfSquares,
} from './tensorflow/sparse.ts'
import { recordTensorflowSteps } from './tensorflow/step-program.ts'

export const tensorflowBackend: Backend = {
  name: 'tensorflow',
  forGpus: true,
  async open({ named }) {
    // The library takes 300 MB and seconds to load.
    if (!named && process.platform === 'linux' && !cardFiles.some((file) => existsSync(file)))
      throw new Error('this machine shows no NVIDIA card')
    // tfjs-node calls a function that Node 23 took away.
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined })
    // Start-up notices only on request.
    setEnvironmentDefault('TF_CPP_MIN_LOG_LEVEL', '2')
    // a session's run returns once its kernels are enqueued
    setEnvironmentDefault('TF_SYNC_ON_FINISH', 'false')
    await importFirst(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'])
    registerOperations('tensorflow')
    replaceKernels()
    if (!(await tf.setBackend('tensorflow'))) throw new Error('libtensorflow does not start')
    countCalls()
    const gpu = nodeBackend().isUsingGpuDevice === true
    return { description: gpu ? 'GPU through CUDA' : 'CPU through libtensorflow', gpu }
  },
}

const cardFiles = ['/dev/nvidiactl', '/dev/dxg']

const kernels = {
  [sparseDenseMatMulKernel]: tensorflowSparseDenseMatMul,
  [sampledMatMulKernel]: tensorflowSampledMatMul,
  [gatherColumnsKernel]: tensorflowGatherColumns,
  [multinomialNllKernel]: tensorflowMultinomialNll,
  [multinomialNllGradientKernel]: tensorflowMultinomialNllGradient,
  [sumOfSquaresKernel]: tensorflowSumOfSquares,
  [philoxUniformKernel]: tensorflowPhiloxUniform,
  [philoxNormalKernel]: tensorflowPhiloxNormal,
  [tf.GatherV2]: unwatchedGather,
} as const

let isReplaced = false

function replaceKernels(): void {
  if (isReplaced) return
  isReplaced = true
  for (const [name, kernel] of Object.entries(kernels))
    replaceKernel(name, 'tensorflow', kernelOf(kernel as PlainKernel<object, object>))
  replaceKernel(adamUpdateKernel, 'tensorflow', tensorflowAdamUpdate)
  registerRecorder('tensorflow', recordTensorflowSteps)
  registerDeviceExamples('tensorflow', openTensorflowExamples)
  replaceKernel(tf.Reshape, 'tensorflow', frugalReshape(tf.getKernel(tf.Reshape, 'tensorflow').kernelFunc))
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
  throw new Error(`TensorFlow cannot be loaded; npm run setup:tensorflow installs it (${reasons.join('; ')})`)
}

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n')[0]!
}
