// A blend of U-AutoRec and I-AutoRec: two views of the same ratings, whose errors cancel in part.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { compactEntries } from '../../compute/compact-entries.ts'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { dropout } from '../../compute/noise.ts'
import { type DeviceRandom, philoxDropout } from '../../compute/philox.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { RatingScale } from '../../interactions/rating-scale.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor, type LearningHyperparameters, searchRanges } from '../hyperparameters.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import type { ContributionModel, ItemSpace, LatentModel, RatingPredictor } from '../scorer.ts'
import type { Weights } from '../weights.ts'
import { autoRecObjective, codesOf } from './autorec.ts'
import { type AutoRecHyperparameters, autoRecSchema } from './autorec-hyperparameters.ts'
import { blockDiagonal } from './block-diagonal.ts'
import { type EncoderInput, encoderInputs, hideRatings } from './encoder-input.ts'
import { exportIAutoRec, openIAutoRec } from './i-autorec.ts'
import { rankingChoices } from './implicit-ranking.ts'
import { activateOutput } from './output-activation.ts'
import { onStarScale } from './star-scale.ts'
import { residualRegularization, targetFor } from './target-defaults.ts'
import { trainingTargetOf } from './training-target.ts'
import { exportUAutoRec, openUAutoRec } from './u-autorec.ts'

type Shared = Omit<AutoRecHyperparameters, 'regularization' | 'dropout' | 'input' | 'inputDropout'>

export interface UiAutoRecHyperparameters extends Shared, LearningHyperparameters {
  /** λ and hidden dropout of U-AutoRec. */
  readonly userRegularization: number
  readonly userDropout: number
  /** λ, hidden dropout, input and input dropout of I-AutoRec. */
  readonly itemRegularization: number
  readonly itemDropout: number
  readonly itemInput: EncoderInput
  readonly itemInputDropout: number
  /** U-AutoRec's share of a predicted rating. */
  readonly userShare: number
}

const regularization = z.number().min(0).max(1e6)
const share = z.number().min(0).max(1)

/** That of I-AutoRec, which has the larger share. */
const minNoiseOfRatings = 220

/**
 * Predicts s · U-AutoRec + (1 − s) · I-AutoRec, and ranks as I-AutoRec does. An example is a user and an item, so that each update trains both and the
 * best epoch is the best epoch of the blend; the two share no weights.
 */
export const uiAutoRec = defineModel({
  kind: 'gradient',
  name: 'ui-autorec',
  predictsRatings: true,
  hyperparameters: autoRecSchema({
    epochs: 25,
    batchSize: 512,
    learningRate: 2e-3,
    learningRateDecay: 'cosine',
    patience: 8,
    regularization: 0,
    dropout: 0,
    input: 'ratings',
    inputDropout: 0,
  })
    .omit({ regularization: true, dropout: true, input: true, inputDropout: true })
    .extend({
      userRegularization: regularization
        .default(100)
        .register(searchRanges, { from: 10, to: 1000, scale: 'log' }),
      userDropout: share.max(0.95).default(0.5),
      // these two chosen on the validation ratings of MovieLens 1M, RMSE .8285 (λ 200 without dropout .8300)
      itemRegularization: regularization
        .default(150)
        .register(searchRanges, { from: 10, to: 1000, scale: 'log' }),
      itemDropout: share.max(0.95).default(0),
      itemInput: z.enum(encoderInputs).default('ratings').register(searchRanges, { choices: encoderInputs }),
      itemInputDropout: share
        .max(0.95)
        .default(0.2)
        .register(searchRanges, { from: 0, to: 0.5, scale: 'linear' }),
      userShare: share.default(0.3).register(searchRanges, { from: 0, to: 1, scale: 'linear' }),
    }),
  defaults: (data: CsrMatrix, set) => {
    const target = targetFor(data, set.target, minNoiseOfRatings)
    const regularization = residualRegularization(data)
    return {
      batchSize: batchSizeFor(Math.max(data.rows, data.columns)),
      target,
      ...(target === 'residuals' && {
        itemInput: 'centered+mask' as const,
        userRegularization: regularization,
        itemRegularization: regularization,
      }),
    }
  },
  mainHyperparameters: ['target', 'userRegularization', 'itemRegularization', 'userShare'],
  meaningOfWeights: ['target', 'itemInput'],
  ...onStarScale({ objective, exportWeights, open }),
  rankingChoices,
})

async function exportWeights(
  learned: Weights,
  data: CsrMatrix,
  hyperparameters: UiAutoRecHyperparameters,
): Promise<Weights> {
  const user = await exportUAutoRec(partOf('user', learned), data, userSide(hyperparameters))
  const item = await exportIAutoRec(partOf('item', learned), data, itemSide(hyperparameters))
  return { ...named('user', user), ...named('item', item) }
}

function open(
  weights: Weights,
  hyperparameters: UiAutoRecHyperparameters,
): LatentModel & RatingPredictor & ItemSpace & ContributionModel {
  const byUser = openUAutoRec(partOf('user', weights), userSide(hyperparameters))
  const byItem = openIAutoRec(partOf('item', weights), itemSide(hyperparameters))
  const { userShare } = hyperparameters
  const blend = (user: Float32Array, item: Float32Array) =>
    user.map((value, n) => userShare * value + (1 - userShare) * item[n]!)
  return {
    ...byItem,
    predict: async (...request) => blend(await byUser.predict(...request), await byItem.predict(...request)),
    dispose: () => {
      byUser.dispose()
      byItem.dispose()
    },
  }
}

function userSide(hyperparameters: UiAutoRecHyperparameters): AutoRecHyperparameters {
  const { userRegularization: regularization, userDropout: dropout } = hyperparameters
  return { ...hyperparameters, regularization, dropout, input: 'centered+mask', inputDropout: 0 }
}

function itemSide(hyperparameters: UiAutoRecHyperparameters): AutoRecHyperparameters {
  const {
    itemRegularization: regularization,
    itemDropout: dropout,
    itemInput: input,
    itemInputDropout: inputDropout,
  } = hyperparameters
  return { ...hyperparameters, regularization, dropout, input, inputDropout }
}

function objective(data: CsrMatrix, hyperparameters: UiAutoRecHyperparameters): Objective {
  const users = autoRecObjective(data, 'user', userSide(hyperparameters))
  const items = autoRecObjective(data, 'item', itemSide(hyperparameters))
  const { scale } = trainingTargetOf(data, hyperparameters)
  const count = Math.max(data.rows, data.columns)
  return {
    examples: {
      input: blockDiagonal(users.examples.input, items.examples.input),
      target: blockDiagonal(users.examples.target, items.examples.target),
    },
    groups: { count, rowsOf: (chosen) => Int32Array.of(...chosen, ...chosen.map((n) => n + count)) },
    axes: { ...named('user', users.axes!), ...named('item', items.axes!) },
    initialize: (random) => ({
      ...named('user', users.initialize(random)),
      ...named('item', items.initialize(random)),
    }),
    penalties: { ...named('user', users.penalties!), ...named('item', items.penalties!) },
    corrupt: (input, { random }) => {
      const { itemInput, itemInputDropout } = hyperparameters
      return itemInput === 'centered+mask'
        ? hideRatings(input, itemInputDropout, random, users.examples.input.columns)
        : hideOfItems(input, itemInputDropout, random)
    },
    loss: (weights, batch, context) => loss(weights, batch, scale, hyperparameters, context),
  }
}

/** Leaves out each of the items' ratings, which are the lower half of the rows, with probability `rate`. */
function hideOfItems(input: SparseTensor, rate: number, random: DeviceRandom): SparseTensor {
  if (rate === 0) return input
  const isOfUser = tf.cast(tf.less(tf.cast(input.rowIndices, 'float32'), input.shape[0] / 2), 'float32')
  const shown = philoxDropout(tf.onesLike(input.values), rate, 1, random.next())
  return compactEntries(withValues(input, tf.mul(input.values, tf.maximum(shown, isOfUser))))
}

/** Σ over the observed ratings of the users and of the items of a batch of (r − h(r; θ))². */
function loss(
  weights: Readonly<Record<string, tf.Tensor>>,
  { input, target }: DeviceBatch,
  scale: RatingScale,
  hyperparameters: UiAutoRecHyperparameters,
  { random }: StepContext,
): tf.Scalar {
  const joined = <T extends tf.Tensor>(name: string) =>
    tf.concat([weights[`user.${name}`] as T, weights[`item.${name}`] as T], 0) as T
  // the rows of the users, then those of as many items
  const [a, b] = tf.split(sparseDenseMatMul(input, joined<tf.Tensor2D>('V')), 2, 0) as [
    tf.Tensor2D,
    tf.Tensor2D,
  ]
  const mu = (side: 'user' | 'item') => weights[`${side}.mu`] as tf.Tensor1D
  const activateHidden = (a: tf.Tensor2D, side: 'user' | 'item', rate: number) =>
    dropout(codesOf(tf.add(a, mu(side)), mu(side), hyperparameters), rate, random)
  const hidden = tf.concat2d(
    [
      activateHidden(a, 'user', hyperparameters.userDropout),
      activateHidden(b, 'item', hyperparameters.itemDropout),
    ],
    0,
  )
  const output = tf.add<tf.Tensor1D>(
    sampledMatMul(hidden, joined<tf.Tensor2D>('W'), target),
    gatherColumns(joined<tf.Tensor1D>('b'), target),
  )
  return sumOfSquares(tf.sub(target.values, activateOutput(output, scale, hyperparameters)))
}

function named<T>(side: string, parts: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [`${side}.${name}`, part]))
}

function partOf(side: string, weights: Weights): Weights {
  const prefix = `${side}.`
  const part = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(part.map(([name, weight]) => [name.slice(prefix.length), weight]))
}
