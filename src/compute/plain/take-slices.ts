import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import type { TakeSlicesAttributes, TakeSlicesInputs } from '../slices.ts'

export const plainTakeSlices: PlainKernel<TakeSlicesInputs, TakeSlicesAttributes> = (
  { x, positions },
  { axis },
) => tf.gather(x, positions, axis)
