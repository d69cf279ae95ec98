// The multinomial likelihood over all items, or estimated over a sample of them.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { multinomialNll } from '../../compute/multinomial-nll.ts'
import type { DeviceBatch, Objective } from '../model.ts'
import { layerName } from './layers.ts'

/** The hyperparameter `negatives`. */
export const negatives = z
  .int()
  .min(1)
  .max(10_000_000)
  .nullable()
  .default(null)
  .describe('Items drawn per update to estimate the softmax over all items, which null computes')

/** The default for a number of items. */
export function negativesFor(items: number): number | null {
  return items > 50_000 ? 8192 : null
}

/** Of a decoder of `decoderLayers` layers. */
export function sampledSoftmaxOf(
  negatives: number | null,
  decoderLayers: number,
): Pick<Objective, 'sampledSoftmax'> {
  const outputs = Object.values(layerName('decoder', decoderLayers - 1))
  return negatives === null ? {} : { sampledSoftmax: { negatives, outputs } }
}

/** −log p(x | z) of each user, [users], by the logits of the outputs. */
export function negativeLogLikelihood(
  logits: tf.Tensor2D,
  { target, logitCorrections }: Pick<DeviceBatch, 'target' | 'logitCorrections'>,
): tf.Tensor1D {
  return multinomialNll(logitCorrections ? tf.add(logits, logitCorrections) : logits, target)
}
