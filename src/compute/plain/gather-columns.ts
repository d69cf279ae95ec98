import * as tf from '@tensorflow/tfjs'
import type { GatherColumnsAttributes, GatherColumnsInputs } from '../gather-columns.ts'
import type { PlainKernel } from '../kernel.ts'

export const plainGatherColumns: PlainKernel<GatherColumnsInputs, GatherColumnsAttributes> = ({
  bias,
  indices,
}) => (indices.size === 0 ? tf.zeros([0]) : tf.gather(bias, indices))
