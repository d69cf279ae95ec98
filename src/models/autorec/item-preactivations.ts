import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../interactions/csr/select.ts'
import { transpose } from '../../interactions/csr/transpose.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import { uploadWeights } from '../upload-weights.ts'
import type { Weight, Weights } from '../weights.ts'
import { type AutoRecTensors, preactivate as preactivateBatch } from './autorec.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { encoderInput } from './encoder-input.ts'
import { trainingTargetOf } from './training-target.ts'

/** The hidden layer of every item before its activation, V r + μ: items × k. `data` is users × items. */
export function preactivateItems(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weight> {
  const target = trainingTargetOf(data, hyperparameters)
  return preactivate(learned, target.fromRatings(data), target.scale.mean, hyperparameters)
}

/**
 * The same for an input that says which users rated an item positively. Residuals are large where an item is better or worse
 * than expected, which says little of who will pick it.
 */
export function preactivatePositives(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weight> {
  const positive = positiveRatings(data, hyperparameters.positiveThreshold)
  const averages = { ...positive, values: positive.values.fill(0) }
  return preactivate(learned, averages, 0, hyperparameters)
}

async function preactivate(
  learned: Weights,
  values: CsrMatrix,
  mean: number,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weight> {
  const inputs = transpose(values)
  const encoder = uploadWeights(learned, ['V', 'mu']) as Pick<AutoRecTensors, 'V' | 'mu'>
  const result = new Float32Array(inputs.rows * hyperparameters.hidden)
  for (let start = 0; start < inputs.rows; start += itemBatchSize) {
    const batch = sliceRows(inputs, start, Math.min(start + itemBatchSize, inputs.rows))
    const input = uploadSparse(encoderInput(batch, hyperparameters.input, mean))
    result.set(await read(tf.tidy(() => preactivateBatch(encoder, input))), start * hyperparameters.hidden)
    disposeSparse(input)
  }
  tf.dispose([encoder.V, encoder.mu])
  return { shape: [inputs.rows, hyperparameters.hidden], values: result }
}

const itemBatchSize = 4096
