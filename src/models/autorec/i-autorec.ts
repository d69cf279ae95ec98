// I-AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): encodes and decodes the ratings of an item.
import * as tf from '@tensorflow/tfjs'
import { holdFactor } from '../../compute/hold-factor.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import { transpose } from '../../interactions/csr/transpose.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import { itemSpaceOf } from '../item-space.ts'
import { type ItemSpace, type LatentModel, type RatingPredictor, requireColumns } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireWeight, type Weights } from '../weights.ts'
import { autoRecObjective } from './autorec.ts'
import { type AutoRecHyperparameters, autoRecSchema } from './autorec-hyperparameters.ts'
import { encodeItems } from './item-codes.ts'
import { activateOutput } from './output-activation.ts'
import { predictedRatings } from './predicted-ratings.ts'
import { logShares, rankingScore } from './ranking-score.ts'
import { exportStatistics, openStatistics, withResidual } from './rating-statistics.ts'
import { solveUserRows } from './user-rows.ts'

/**
 * The embedding of a user is a row of the decoder and its bias, k + 1 numbers: those that minimize the objective for the
 * user's history with fixed item codes, so that new users and new ratings need no training. Only `predict` uses the trained
 * row of a known user. `decode` ranks by the predicted ratings, see `rankingScore`.
 */
export const iAutoRec = defineModel({
  kind: 'gradient',
  name: 'i-autorec',
  hyperparameters: autoRecSchema({
    epochs: 40,
    batchSize: 512,
    learningRate: 2e-3,
    learningRateDecay: 'cosine',
    patience: 15,
    // λ, input dropout and epochs chosen on the validation ratings of MovieLens 1M, RMSE .8336 (without dropout .8360), and 100K
    regularization: 200,
    dropout: 0,
    input: 'ratings',
    inputDropout: 0.2,
  }),
  // with few items smaller batches are better, on the validation ratings of MovieLens 100K; on those of 1M they are not
  defaults: ({ columns }: CsrMatrix) => ({
    batchSize: columns < 2500 ? Math.ceil(columns / 28) : batchSizeFor(columns),
  }),
  objective: (data: CsrMatrix, hyperparameters: AutoRecHyperparameters) =>
    autoRecObjective(transpose(data), 'user', hyperparameters),
  exportWeights: exportIAutoRec,
  open: openIAutoRec,
})

export async function exportIAutoRec(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weights> {
  const statistics = exportStatistics(data, hyperparameters.positiveThreshold)
  const codes = await encodeItems(learned, transpose(data), hyperparameters)
  const weights = { ...learned, ...statistics, codes }
  return withResidual(weights, data, openIAutoRec(weights, hyperparameters))
}

export function openIAutoRec(
  weights: Weights,
  hyperparameters: AutoRecHyperparameters,
): LatentModel & RatingPredictor & ItemSpace {
  const statistics = openStatistics(weights)
  const [itemCount, hidden] = requireWeight(weights, 'codes').shape as [number, number]
  const latentSize = hidden + 1
  const codes = uploadCodes(weights)
  const logShare = logShares(statistics)
  const release = holdFactor(codes)

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    return solveUserRows(codes, histories, statistics, hyperparameters)
  }

  /** The trained rows of known users and the solved ones of others. */
  async function rowsOf(users: Int32Array, histories: CsrMatrix): Promise<Float32Array> {
    const rows = new Float32Array(users.length * latentSize)
    const unknown = [...users.keys()].filter((n) => users[n]! < 0)
    const solved = await embed(selectRows(histories, unknown))
    for (const [m, n] of unknown.entries())
      rows.set(solved.subarray(m * latentSize, (m + 1) * latentSize), n * latentSize)
    for (const [n, user] of users.entries())
      if (user >= 0) rows.set(trainedRow(weights, user), n * latentSize)
    return rows
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(
      tf.tidy(() => {
        const rows = tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
        const output = tf.matMul<tf.Tensor2D>(rows, codes, false, true)
        return rankingScore(activateOutput(output, statistics, hyperparameters), logShare, statistics)
      }),
    )
  }

  async function predict(users: Int32Array, histories: CsrMatrix, targets: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    const embeddings = await rowsOf(users, histories)
    const pattern = uploadSparse(targets)
    const output = await read(
      tf.tidy(() => {
        const rows = tf.tensor2d(embeddings, [users.length, latentSize])
        return activateOutput(sampledMatMul(rows, codes, pattern), statistics, hyperparameters)
      }),
    )
    disposeSparse(pattern)
    return predictedRatings(output, histories, targets, statistics, hyperparameters.coldRating)
  }

  return {
    itemCount,
    latentSize,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    predict,
    ...itemSpaceOf(codes, 'rows', hidden),
    dispose: () => {
      release()
      tf.dispose([codes, logShare])
    },
  }
}

/** items × (k + 1): each item code, followed by a 1 for the bias of the user. */
function uploadCodes(weights: Weights): tf.Tensor2D {
  return tf.tidy(() => {
    const { codes } = uploadWeights(weights, ['codes'])
    return tf.concat([codes as tf.Tensor2D, tf.ones([codes.shape[0]!, 1])], 1)
  })
}

/** The trained row and bias of a user. */
function trainedRow(weights: Weights, user: number): Float32Array {
  const W = requireWeight(weights, 'W')
  const hidden = W.shape[1]!
  return Float32Array.of(
    ...W.values.subarray(user * hidden, (user + 1) * hidden),
    requireWeight(weights, 'b').values[user]!,
  )
}
