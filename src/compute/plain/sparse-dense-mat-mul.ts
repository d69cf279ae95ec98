import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import type { SparseDenseMatMulAttributes, SparseDenseMatMulInputs } from '../sparse-dense-mat-mul.ts'
import { densify } from './densify.ts'

export const plainSparseDenseMatMul: PlainKernel<SparseDenseMatMulInputs, SparseDenseMatMulAttributes> = (
  inputs,
  { shape, transpose },
) => tf.matMul(densify(inputs, shape), inputs.dense, transpose)
