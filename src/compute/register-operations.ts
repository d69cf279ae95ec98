// Makes the operations known to tfjs: their gradients, and for every backend a kernel in plain operations, which
// the backend replaces where it has a better one.
import * as tf from '@tensorflow/tfjs'
import { adamUpdateKernel, sparseAdamUpdateKernel } from './adam.ts'
import { gatherColumnsKernel } from './gather-columns.ts'
import { gatherColumnsGradient } from './gradients/gather-columns-gradient.ts'
import { multinomialNllGradient } from './gradients/multinomial-nll-gradient.ts'
import { philoxDropoutGradient } from './gradients/philox-dropout-gradient.ts'
import { sampledMatMulGradient } from './gradients/sampled-mat-mul-gradient.ts'
import { sparseDenseMatMulGradient } from './gradients/sparse-dense-mat-mul-gradient.ts'
import { sumGradient } from './gradients/sum-gradient.ts'
import { sumOfSquaresGradient } from './gradients/sum-of-squares-gradient.ts'
import type { PlainKernel } from './kernel.ts'
import { multinomialNllGradientKernel, multinomialNllKernel } from './multinomial-nll.ts'
import { philoxDropoutKernel, philoxNormalKernel, philoxUniformKernel } from './philox.ts'
import { plainAdamUpdate } from './plain/adam-update.ts'
import { plainGatherColumns } from './plain/gather-columns.ts'
import { plainMultinomialNll, plainMultinomialNllGradient } from './plain/multinomial-nll.ts'
import { plainPhiloxDropout, plainPhiloxNormal, plainPhiloxUniform } from './plain/philox.ts'
import { plainSampledMatMul } from './plain/sampled-mat-mul.ts'
import { plainSparseAdamUpdate } from './plain/sparse-adam-update.ts'
import { plainSparseDenseMatMul } from './plain/sparse-dense-mat-mul.ts'
import { plainSumOfSquares } from './plain/sum-of-squares.ts'
import { plainTakeSlices } from './plain/take-slices.ts'
import { sampledMatMulKernel } from './sampled-mat-mul.ts'
import { takeSlicesKernel } from './slices.ts'
import { sparseDenseMatMulKernel } from './sparse-dense-mat-mul.ts'
import { sumOfSquaresKernel } from './sum-of-squares.ts'

const gradients = [
  sparseDenseMatMulGradient,
  sampledMatMulGradient,
  gatherColumnsGradient,
  multinomialNllGradient,
  sumOfSquaresGradient,
  philoxDropoutGradient,
]

const plainKernels = {
  [sparseDenseMatMulKernel]: plainSparseDenseMatMul,
  [sampledMatMulKernel]: plainSampledMatMul,
  [gatherColumnsKernel]: plainGatherColumns,
  [multinomialNllKernel]: plainMultinomialNll,
  [multinomialNllGradientKernel]: plainMultinomialNllGradient,
  [sumOfSquaresKernel]: plainSumOfSquares,
  [adamUpdateKernel]: plainAdamUpdate,
  [takeSlicesKernel]: plainTakeSlices,
  [sparseAdamUpdateKernel]: plainSparseAdamUpdate,
  [philoxUniformKernel]: plainPhiloxUniform,
  [philoxNormalKernel]: plainPhiloxNormal,
  [philoxDropoutKernel]: plainPhiloxDropout,
} as const

/** Registers whatever `backendName` does not know yet. */
export function registerOperations(backendName: string): void {
  for (const gradient of gradients) if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient)
  if (tf.getGradient(tf.Sum) !== sumGradient) {
    tf.unregisterGradient(tf.Sum)
    tf.registerGradient(sumGradient)
  }
  for (const [kernelName, plain] of Object.entries(plainKernels))
    if (!tf.getKernel(kernelName, backendName))
      tf.registerKernel({
        kernelName,
        backendName,
        kernelFunc: kernelOf(plain as PlainKernel<object, object>),
      })
}

/** Registers `kernel` in the place of the one that `backendName` has. */
export function replaceKernel(kernelName: string, backendName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ kernelName, backendName, kernelFunc })
}

/** A kernel in the form that tfjs registers. */
export function kernelOf<Inputs, Attributes>(plain: PlainKernel<Inputs, Attributes>): tf.KernelFunc {
  return ({ inputs, attrs }) => tf.tidy(() => plain(inputs as Inputs, (attrs ?? {}) as Attributes))
}
