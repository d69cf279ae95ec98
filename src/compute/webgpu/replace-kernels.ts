// Which kernels of tfjs' WebGPU backend are replaced.
import * as tf from '@tensorflow/tfjs'
import { adamUpdateKernel } from '../adam.ts'
import { registerDeviceExamples } from '../device-examples.ts'
import { gatherColumnsKernel } from '../gather-columns.ts'
import { multinomialNllGradientKernel, multinomialNllKernel } from '../multinomial-nll.ts'
import { philoxDropoutKernel, philoxNormalKernel, philoxUniformKernel } from '../philox.ts'
import { replaceKernel } from '../register-operations.ts'
import { sampledMatMulKernel } from '../sampled-mat-mul.ts'
import { sparseDenseMatMulKernel } from '../sparse-dense-mat-mul.ts'
import { sumOfSquaresKernel } from '../sum-of-squares.ts'
import { wgslAdamUpdate } from './adam-update.ts'
import type { Device } from './device.ts'
import { openWebgpuExamples } from './device-examples.ts'
import { elementwiseKernels } from './elementwise.ts'
import { Expressions } from './expressions.ts'
import { deferredGatherColumns } from './gather-columns.ts'
import { tiledMatMul } from './mat-mul.ts'
import { wgslMultinomialNll, wgslMultinomialNllGradient } from './multinomial-nll.ts'
import { wgslPhiloxDropout, wgslPhiloxNormal, wgslPhiloxUniform } from './philox.ts'
import { wgslSampledMatMul } from './sampled-mat-mul.ts'
import { wgslSparseDenseMatMul } from './sparse-dense-mat-mul.ts'
import { fusedSum } from './sum.ts'
import { wgslSumOfSquares } from './sum-of-squares.ts'
import { TransposedPatterns } from './transposed-pattern.ts'

export function replaceKernels(device: Device): void {
  const expressions = new Expressions(device)
  const patterns = new TransposedPatterns(device)
  const kernels: Record<string, tf.KernelFunc> = {
    ...elementwiseKernels(expressions, stockOf),
    [tf.Sum]: fusedSum(device, expressions, stockOf(tf.Sum)),
    [tf.BatchMatMul]: tiledMatMul(device, expressions, stockOf(tf.BatchMatMul)),
    [tf._FusedMatMul]: tiledMatMul(device, expressions, stockOf(tf._FusedMatMul)),
    [sparseDenseMatMulKernel]: wgslSparseDenseMatMul(device, patterns),
    [sampledMatMulKernel]: wgslSampledMatMul(device),
    [gatherColumnsKernel]: deferredGatherColumns(expressions),
    [multinomialNllKernel]: wgslMultinomialNll(device, expressions),
    [multinomialNllGradientKernel]: wgslMultinomialNllGradient(device, expressions),
    [sumOfSquaresKernel]: wgslSumOfSquares(device, expressions),
    [adamUpdateKernel]: wgslAdamUpdate(device),
    [philoxUniformKernel]: wgslPhiloxUniform(device, expressions),
    [philoxNormalKernel]: wgslPhiloxNormal(device, expressions),
    [philoxDropoutKernel]: wgslPhiloxDropout(device, expressions),
  }
  for (const [name, kernel] of Object.entries(kernels)) replaceKernel(name, 'webgpu', kernel)
  registerDeviceExamples('webgpu', (matrices) => openWebgpuExamples(device, expressions, matrices))
}

function stockOf(kernelName: string): tf.KernelFunc {
  return tf.getKernel(kernelName, 'webgpu').kernelFunc
}
