// U-AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): encodes and decodes the ratings of a user.
import * as tf from '@tensorflow/tfjs'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { holdFactor } from '../../compute/hold-factor.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import { itemSpaceOf } from '../item-space.ts'
import { type ItemSpace, type LatentModel, type RatingPredictor, requireColumns } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireWeight, type Weights } from '../weights.ts'
import { type AutoRecTensors, autoRecObjective, encode } from './autorec.ts'
import { type AutoRecHyperparameters, autoRecSchema } from './autorec-hyperparameters.ts'
import { encoderInput } from './encoder-input.ts'
import { activateOutput } from './output-activation.ts'
import { predictedRatings } from './predicted-ratings.ts'
import { logShares, rankingScore } from './ranking-score.ts'
import { exportStatistics, openStatistics, withResidual } from './rating-statistics.ts'

/** `embed` returns the hidden layer g(V r + μ); `decode` ranks by the predicted ratings f(W h + b), see `rankingScore`. */
export const uAutoRec = defineModel({
  kind: 'gradient',
  name: 'u-autorec',
  hyperparameters: autoRecSchema({
    epochs: 25,
    batchSize: 512,
    learningRate: 2e-3,
    learningRateDecay: 'cosine',
    patience: 8,
    // λ and dropout chosen on the validation ratings of MovieLens 1M
    regularization: 100,
    dropout: 0.5,
    input: 'centered+mask',
    inputDropout: 0,
  }),
  defaults: (data: CsrMatrix) => ({ batchSize: batchSizeFor(data.rows) }),
  objective: (data: CsrMatrix, hyperparameters: AutoRecHyperparameters) =>
    autoRecObjective(data, 'item', hyperparameters),
  exportWeights: exportUAutoRec,
  open: openUAutoRec,
})

export async function exportUAutoRec(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weights> {
  const weights = { ...learned, ...exportStatistics(data, hyperparameters.positiveThreshold) }
  return withResidual(weights, data, openUAutoRec(weights, hyperparameters))
}

export function openUAutoRec(
  weights: Weights,
  hyperparameters: AutoRecHyperparameters,
): LatentModel & RatingPredictor & ItemSpace {
  const statistics = openStatistics(weights)
  const [itemCount, latentSize] = requireWeight(weights, 'W').shape as [number, number]
  const { V, mu, W, b } = uploadWeights(weights, ['V', 'mu', 'W', 'b']) as unknown as AutoRecTensors
  const logShare = logShares(statistics)
  const release = holdFactor(W)

  function encodeHistories(histories: CsrMatrix): tf.Tensor2D {
    requireColumns(histories, itemCount)
    const input = uploadSparse(encoderInput(histories, hyperparameters.input, statistics.mean))
    const hidden = tf.tidy(() => encode({ V, mu }, input, hyperparameters))
    disposeSparse(input)
    return hidden
  }

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    return read(encodeHistories(histories))
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(
      tf.tidy(() => {
        const hidden = tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
        const output = tf.add<tf.Tensor2D>(tf.matMul(hidden, W, false, true), b)
        return rankingScore(activateOutput(output, statistics, hyperparameters), logShare, statistics)
      }),
    )
  }

  async function predict(
    _users: Int32Array,
    histories: CsrMatrix,
    targets: CsrMatrix,
  ): Promise<Float32Array> {
    const hidden = encodeHistories(histories)
    const pattern = uploadSparse(targets)
    const output = await read(
      tf.tidy(() => {
        const a = tf.add<tf.Tensor1D>(sampledMatMul(hidden, W, pattern), gatherColumns(b, pattern))
        return activateOutput(a, statistics, hyperparameters)
      }),
    )
    disposeSparse(pattern)
    hidden.dispose()
    return predictedRatings(output, histories, targets, statistics, hyperparameters.coldRating)
  }

  return {
    itemCount,
    latentSize,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    predict,
    ...itemSpaceOf(W, 'rows'),
    dispose: () => {
      release()
      tf.dispose([V, mu, W, b, logShare])
    },
  }
}
