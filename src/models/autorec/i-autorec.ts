// I-AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): encodes and decodes the ratings of an item.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import {
  type ContributionModel,
  type ItemSpace,
  type LatentModel,
  type RatingPredictor,
  requireColumns,
} from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireWeight, type Weights } from '../weights.ts'
import { autoRecObjective, codesOf } from './autorec.ts'
import { type AutoRecHyperparameters, autoRecSchema } from './autorec-hyperparameters.ts'
import { openImplicitRanking, rankingChoices } from './implicit-ranking.ts'
import { preactivateItems, preactivatePositives } from './item-preactivations.ts'
import { activateOutput } from './output-activation.ts'
import { predictedRatings, unknownItemRatings } from './predicted-ratings.ts'
import { exportStatistics, openStatistics } from './rating-statistics.ts'
import { onStarScale } from './star-scale.ts'
import { residualRegularization, targetFor } from './target-defaults.ts'
import { openTrainingTarget } from './training-target.ts'
import { solveUserRows } from './user-rows.ts'

/**
 * By RMSE on the validation ratings, residuals against ratings: a quarter of MovieLens 100K (65) .9271 against .9559 with the
 * best λ, a quarter of 1M (172) .9025 against .9200, but 100K (261) .8918 against .8854.
 */
const minNoiseOfRatings = 220

/**
 * Predicts by a row of the decoder and its bias: the trained ones of a known user, and for others those that minimize the
 * objective for the user's history with fixed item codes, so that new users and new ratings need no training. Ranks by the
 * items' hidden layer before its activation, of residuals that of `preactivatePositives`; see `openImplicitRanking`.
 */
export const iAutoRec = defineModel({
  kind: 'gradient',
  name: 'i-autorec',
  predictsRatings: true,
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
  defaults: (data: CsrMatrix, set) => {
    const target = targetFor(data, set.target, minNoiseOfRatings)
    const { columns } = data
    return {
      // with few items smaller batches are better, on the validation ratings of MovieLens 100K; on those of 1M they are not
      batchSize: columns < 2500 ? Math.ceil(columns / 28) : batchSizeFor(columns),
      target,
      ...(target === 'residuals' && {
        input: 'centered+mask' as const,
        regularization: residualRegularization(data),
      }),
    }
  },
  mainHyperparameters: ['target', 'regularization', 'input', 'inputDropout'],
  meaningOfWeights: ['target', 'input'],
  ...onStarScale({
    objective: (data, hyperparameters: AutoRecHyperparameters) =>
      autoRecObjective(data, 'item', hyperparameters),
    exportWeights: exportIAutoRec,
    open: openIAutoRec,
  }),
  rankingChoices,
})

export async function exportIAutoRec(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weights> {
  const statistics = exportStatistics(data, hyperparameters.positiveThreshold)
  const preactivations = await preactivateItems(learned, data, hyperparameters)
  const { target, input } = hyperparameters
  return {
    ...learned,
    ...statistics,
    preactivations,
    ...(target === 'residuals' &&
      input === 'centered+mask' && {
        rankingVectors: await preactivatePositives(learned, data, hyperparameters),
      }),
  }
}

export function openIAutoRec(
  weights: Weights,
  hyperparameters: AutoRecHyperparameters,
): LatentModel & RatingPredictor & ItemSpace & ContributionModel {
  const statistics = openStatistics(weights, hyperparameters)
  const target = openTrainingTarget(statistics, hyperparameters)
  const codes = uploadCodes(weights, hyperparameters)
  // artifacts of version 0.1 have the codes only
  const itemVectors = weights.rankingVectors ?? weights.preactivations ?? requireWeight(weights, 'codes')
  const ranking = openImplicitRanking(itemVectors, statistics.positiveThreshold, hyperparameters)
  const rowSize = codes.shape[1]

  /** The trained rows of known users and the solved ones of others. */
  async function rowsOf(users: Int32Array, histories: CsrMatrix): Promise<Float32Array> {
    const rows = new Float32Array(users.length * rowSize)
    const unknown = [...users.keys()].filter((n) => users[n]! < 0)
    const solved = await solveUserRows(
      codes,
      target.fromRatings(selectRows(histories, unknown)),
      target.scale,
      hyperparameters,
    )
    for (const [m, n] of unknown.entries())
      rows.set(solved.subarray(m * rowSize, (m + 1) * rowSize), n * rowSize)
    for (const [n, user] of users.entries()) if (user >= 0) rows.set(trainedRow(weights, user), n * rowSize)
    return rows
  }

  async function predict(users: Int32Array, histories: CsrMatrix, targets: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, ranking.itemCount)
    const userRows = await rowsOf(users, histories)
    const pattern = uploadSparse(targets)
    const output = await read(
      tf.tidy(() => {
        const rows = tf.tensor2d(userRows, [users.length, rowSize])
        return activateOutput(sampledMatMul(rows, codes, pattern), target.scale, hyperparameters)
      }),
    )
    disposeSparse(pattern)
    const ratings = target.toRatings(output, histories, targets)
    return predictedRatings(ratings, histories, targets, statistics, hyperparameters.coldRating)
  }

  return {
    ...ranking,
    predict,
    predictUnknownItem: (histories) => unknownItemRatings(histories, statistics, hyperparameters.coldRating),
    dispose: () => {
      ranking.dispose()
      codes.dispose()
    },
  }
}

/** items × (k + 1): each item code, followed by a 1 for the bias of the user. */
function uploadCodes(weights: Weights, hyperparameters: AutoRecHyperparameters): tf.Tensor2D {
  return tf.tidy(() => {
    const codes =
      'preactivations' in weights
        ? activated(weights, hyperparameters)
        : (uploadWeights(weights, ['codes']).codes as tf.Tensor2D)
    return tf.concat([codes, tf.ones([codes.shape[0], 1])], 1)
  })
}

function activated(weights: Weights, hyperparameters: AutoRecHyperparameters): tf.Tensor2D {
  const { preactivations, mu } = uploadWeights(weights, ['preactivations', 'mu'])
  return codesOf(preactivations as tf.Tensor2D, mu as tf.Tensor1D, hyperparameters)
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
