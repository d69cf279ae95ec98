// The baseline of ratings: r̂_ui = μ + b_u + b_i (Koren 2010, section 2.1).
import { z } from 'zod'
import { type CsrMatrix, columnCounts, entryRows } from '../interactions/csr/csr-matrix.ts'
import { ratingScale } from '../interactions/rating-scale.ts'
import { defineModel } from './define-model.ts'
import { searchRanges } from './hyperparameters.ts'
import { type RatingPredictor, requireColumns, type Scorer } from './scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

export const defaultBiasRegularization: BiasHyperparameters = { userRegularization: 5, itemRegularization: 3 }

export interface BiasHyperparameters {
  /** Number of ratings of μ that are added to those of each user. */
  readonly userRegularization: number
  /** Number of ratings of μ that are added to those of each item. */
  readonly itemRegularization: number
}

/**
 * Minimizes Σ (r_ui − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i², where μ is the mean of all ratings. A user's b_u follows
 * from the history and the b_i, so unknown users are predicted like known ones. Ranks by predicted ratings,
 * in the same order for all users.
 */
export const bias = defineModel({
  kind: 'direct',
  name: 'bias',
  predictsRatings: true,
  mainHyperparameters: ['userRegularization', 'itemRegularization'],
  hyperparameters: z.strictObject({
    userRegularization: z
      .number()
      .min(0)
      .max(1e6)
      .default(defaultBiasRegularization.userRegularization)
      .register(searchRanges, { from: 0.5, to: 50, scale: 'log' }),
    itemRegularization: z
      .number()
      .min(0)
      .max(1e6)
      .default(defaultBiasRegularization.itemRegularization)
      .register(searchRanges, { from: 0.5, to: 50, scale: 'log' }),
  }),
  async solve(data, hyperparameters) {
    const { mean, lowest, highest } = ratingScale(data)
    return {
      itemBias: { shape: [data.columns], values: solveItemBias(data, mean, hyperparameters) },
      mean: scalarWeight(mean),
      lowest: scalarWeight(lowest),
      highest: scalarWeight(highest),
    }
  },
  open,
})

function open(weights: Weights, { userRegularization }: BiasHyperparameters): Scorer & RatingPredictor {
  const { values: itemBias } = requireWeight(weights, 'itemBias')
  const mean = requireScalar(weights, 'mean')
  const lowest = requireScalar(weights, 'lowest')
  const highest = requireScalar(weights, 'highest')
  const clip = (rating: number) => Math.min(Math.max(rating, lowest), highest)

  function userBias(histories: CsrMatrix): Float32Array {
    requireColumns(histories, itemBias.length)
    return Float32Array.from({ length: histories.rows }, (_, user) =>
      biasOfRow(histories, user, mean, itemBias, userRegularization),
    )
  }

  return {
    itemCount: itemBias.length,
    isPersonalized: false,
    async score(histories) {
      const biases = userBias(histories)
      const scores = new Float32Array(histories.rows * itemBias.length)
      for (let user = 0, n = 0; user < histories.rows; user++) {
        const userMean = mean + biases[user]!
        for (let item = 0; item < itemBias.length; item++) scores[n++] = userMean + itemBias[item]!
      }
      return scores
    },
    async predict(_users, histories, targets) {
      const biases = userBias(histories)
      const users = entryRows(targets)
      const ratings = new Float32Array(users.length)
      for (let n = 0; n < users.length; n++)
        ratings[n] = clip(mean + biases[users[n]!]! + itemBias[targets.indices[n]!]!)
      return ratings
    },
    predictUnknownItem: (histories) => userBias(histories).map((bias) => clip(mean + bias)),
    dispose() {},
  }
}

/**
 * Alternates between users and items, which converges to the only minimum. A sweep reads the ratings once: those of a
 * user give b_u, and then r_ui − μ − b_u is added for each of the items.
 */
export function solveItemBias(
  data: CsrMatrix,
  mean: number,
  { userRegularization, itemRegularization }: BiasHyperparameters,
): Float32Array {
  const { offsets, indices, values } = data
  const counts = columnCounts(data)
  const itemBias = new Float32Array(data.columns)
  const residuals = new Float64Array(data.columns)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    residuals.fill(0)
    for (let user = 0; user < data.rows; user++) {
      const userBias = biasOfRow(data, user, mean, itemBias, userRegularization)
      const end = offsets[user + 1]!
      for (let n = offsets[user]!; n < end; n++) residuals[indices[n]!]! += values[n]! - mean - userBias
    }
    for (let item = 0; item < data.columns; item++)
      if (counts[item]! > 0) itemBias[item] = residuals[item]! / (counts[item]! + itemRegularization)
  }
  return itemBias
}

/** The bias of a row that minimizes the objective for fixed biases of the columns, as a 32-bit float. */
export function biasOfRow(
  { offsets, indices, values }: CsrMatrix,
  row: number,
  mean: number,
  columnBias: Float32Array,
  regularization: number,
): number {
  const start = offsets[row]!
  const end = offsets[row + 1]!
  let sum = 0
  for (let n = start; n < end; n++) sum += values[n]! - mean - columnBias[indices[n]!]!
  return end === start ? 0 : Math.fround(sum / (end - start + regularization))
}

const sweeps = 15
