import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../interactions/csr/select.ts'
import { transpose } from '../../interactions/csr/transpose.ts'
import { uploadWeights } from '../upload-weights.ts'
import type { Weight, Weights } from '../weights.ts'
import { type AutoRecTensors, preactivate } from './autorec.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { encoderInput } from './encoder-input.ts'
import { trainingTargetOf } from './training-target.ts'

/** The hidden layer of every item before its activation, V r + μ: items × k. `data` is users × items. */
export async function preactivateItems(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weight> {
  const target = trainingTargetOf(data, hyperparameters)
  const ratings = transpose(target.fromRatings(data))
  const encoder = uploadWeights(learned, ['V', 'mu']) as Pick<AutoRecTensors, 'V' | 'mu'>
  const values = new Float32Array(ratings.rows * hyperparameters.hidden)
  for (let start = 0; start < ratings.rows; start += itemBatchSize) {
    const batch = sliceRows(ratings, start, Math.min(start + itemBatchSize, ratings.rows))
    const input = uploadSparse(encoderInput(batch, hyperparameters.input, target.scale.mean))
    values.set(await read(tf.tidy(() => preactivate(encoder, input))), start * hyperparameters.hidden)
    disposeSparse(input)
  }
  tf.dispose([encoder.V, encoder.mu])
  return { shape: [ratings.rows, hyperparameters.hidden], values }
}

const itemBatchSize = 4096
