// U-AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): encodes and decodes the ratings of a user.
import * as tf from '@tensorflow/tfjs'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
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
import { requireWeight, type Weight, type Weights } from '../weights.ts'
import { type AutoRecTensors, autoRecObjective, encode } from './autorec.ts'
import { type AutoRecHyperparameters, autoRecSchema } from './autorec-hyperparameters.ts'
import { encoderInput } from './encoder-input.ts'
import { choicesOf, openImplicitRanking } from './implicit-ranking.ts'
import { activateOutput } from './output-activation.ts'
import { predictedRatings, unknownItemRatings } from './predicted-ratings.ts'
import { raterVectors } from './rater-vectors.ts'
import { exportStatistics, openStatistics, type RatingStatistics } from './rating-statistics.ts'
import { onStarScale } from './star-scale.ts'
import { residualRegularization, targetFor } from './target-defaults.ts'
import { openTrainingTarget } from './training-target.ts'

/** By RMSE on the validation ratings, residuals against ratings: MovieLens 100K (261) .9030 against .9222. */
const minNoiseOfRatings = 400

/** Ranks by `raterVectors` of the encoder's rows, see `openImplicitRanking`. */
export const uAutoRec = defineModel({
  kind: 'gradient',
  name: 'u-autorec',
  predictsRatings: true,
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
  defaults: (data: CsrMatrix, set) => {
    const target = targetFor(data, set.target, minNoiseOfRatings)
    return {
      batchSize: batchSizeFor(data.rows),
      target,
      ...(target === 'residuals' && { regularization: residualRegularization(data) }),
    }
  },
  mainHyperparameters: ['target', 'regularization', 'dropout'],
  meaningOfWeights: ['target', 'input'],
  ...onStarScale({
    objective: (data, hyperparameters: AutoRecHyperparameters) =>
      autoRecObjective(data, 'user', hyperparameters),
    exportWeights,
    open: openUAutoRec,
  }),
  rankingChoices: choicesOf([0.003, 0.01, 0.03, 0.1, 0.3, 1]),
})

async function exportWeights(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: AutoRecHyperparameters,
): Promise<Weights> {
  const weights = await exportUAutoRec(learned, data, hyperparameters)
  const statistics = openStatistics(weights, hyperparameters)
  return {
    ...weights,
    rankingVectors: await raterVectors(
      positiveInputs(weights, statistics, hyperparameters),
      positives(data, statistics.positiveThreshold),
    ),
  }
}

/** What predicted ratings need. */
export async function exportUAutoRec(
  learned: Weights,
  data: CsrMatrix,
  { positiveThreshold }: AutoRecHyperparameters,
): Promise<Weights> {
  return { ...learned, ...exportStatistics(data, positiveThreshold) }
}

export function openUAutoRec(
  weights: Weights,
  hyperparameters: AutoRecHyperparameters,
): LatentModel & RatingPredictor & ItemSpace & ContributionModel {
  const statistics = openStatistics(weights, hyperparameters)
  const target = openTrainingTarget(statistics, hyperparameters)
  const { V, mu, W, b } = uploadWeights(weights, ['V', 'mu', 'W', 'b']) as unknown as AutoRecTensors
  const ranking = openRanking(weights, statistics, hyperparameters)

  async function predict(
    _users: Int32Array,
    histories: CsrMatrix,
    targets: CsrMatrix,
  ): Promise<Float32Array> {
    requireColumns(histories, ranking.itemCount)
    const input = uploadSparse(
      encoderInput(target.fromRatings(histories), hyperparameters.input, target.scale.mean),
    )
    const pattern = uploadSparse(targets)
    const output = await read(
      tf.tidy(() => {
        const hidden = encode({ V, mu }, input, hyperparameters)
        const a = tf.add<tf.Tensor1D>(sampledMatMul(hidden, W, pattern), gatherColumns(b, pattern))
        return activateOutput(a, target.scale, hyperparameters)
      }),
    )
    disposeSparse(input)
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
      tf.dispose([V, mu, W, b])
    },
  }
}

/** Artifacts of earlier versions, and of UI-AutoRec, which does not rank by users, have no vectors of raters. */
function openRanking(
  weights: Weights,
  statistics: RatingStatistics,
  hyperparameters: AutoRecHyperparameters,
) {
  const { positiveThreshold } = statistics
  if (!weights.rankingVectors)
    return openImplicitRanking(
      positiveInputs(weights, statistics, hyperparameters),
      positiveThreshold,
      hyperparameters,
    )
  const { rankingRegularization } = hyperparameters
  return openImplicitRanking(weights.rankingVectors, positiveThreshold, {
    ...hyperparameters,
    rankingRegularization: rankingRegularization ?? defaultRankingRegularization,
  })
}

/**
 * For a version without a choice, and in the choice of the best epoch. By NDCG@100 on the validation users of MovieLens 100K
 * and 1M, with α₀ = .3: λ 1 .492 and .323, λ .1 .468 and .372, λ .01 .422 and .403.
 */
const defaultRankingRegularization = 0.1

/** What a positive rating of each item adds to the hidden layer before its activation, up to a factor: items × k. */
function positiveInputs(
  weights: Weights,
  { mean, positiveMean, residualDeviation }: RatingStatistics,
  { target }: Pick<AutoRecHyperparameters, 'target'>,
): Weight {
  const { shape, values } = requireWeight(weights, 'V')
  const itemCount = requireWeight(weights, 'W').shape[0]!
  const hidden = shape[1]!
  const size = itemCount * hidden
  const perStar = values.subarray(0, size)
  if (values.length === size) return { shape: [itemCount, hidden], values: perStar }
  // an input with masks: the deviation from the mean, and the mask
  const perRating = values.subarray(size)
  const deviation = (positiveMean - mean) / (target === 'residuals' ? residualDeviation : 1)
  const added = perRating.map((value, n) => deviation * perStar[n]! + value)
  return { shape: [itemCount, hidden], values: added }
}
