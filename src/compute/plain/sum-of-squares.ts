import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import type { SumOfSquaresInputs } from '../sum-of-squares.ts'

export const plainSumOfSquares: PlainKernel<SumOfSquaresInputs, object> = ({ x }) => tf.sum(tf.square(x))
