import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import type { SampledMatMulAttributes, SampledMatMulInputs } from '../sampled-mat-mul.ts'
import { coordinates } from './densify.ts'

export const plainSampledMatMul: PlainKernel<SampledMatMulInputs, SampledMatMulAttributes> = (inputs) =>
  inputs.values.size === 0
    ? tf.zeros([0])
    : tf.gatherND(tf.matMul(inputs.a, inputs.b, false, true), coordinates(inputs))
