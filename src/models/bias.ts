// The baseline of ratings: r̂_ui = μ + b_u + b_i (Koren 2010, section 2.1).
import { z } from 'zod'
import { type CsrMatrix, entryRows, rowOf } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { defineModel } from './define-model.ts'
import { searchRanges } from './hyperparameters.ts'
import { ratingScale } from './rating-scale.ts'
import { type RatingPredictor, requireColumns, type Scorer } from './scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

export interface BiasHyperparameters {
  /** Number of ratings of μ that are added to those of each user. */
  readonly userRegularization: number
  /** Number of ratings of μ that are added to those of each item. */
  readonly itemRegularization: number
}

/**
 * Minimizes Σ (r_ui − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i², where μ is the mean of all ratings. A user's b_u follows
 * from the history and the b_i, so unknown users are predicted like known ones. Ranks by predicted ratings.
 */
export const bias = defineModel({
  kind: 'direct',
  name: 'bias',
  hyperparameters: z.strictObject({
    userRegularization: z
      .number()
      .min(0)
      .max(1e6)
      .default(5)
      .register(searchRanges, { from: 0.5, to: 50, scale: 'log' }),
    itemRegularization: z
      .number()
      .min(0)
      .max(1e6)
      .default(3)
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

  function userBias(histories: CsrMatrix): Float32Array {
    requireColumns(histories, itemBias.length)
    return rowBias(histories, mean, itemBias, userRegularization)
  }

  return {
    itemCount: itemBias.length,
    async score(histories) {
      const biases = userBias(histories)
      const scores = new Float32Array(histories.rows * itemBias.length)
      for (let n = 0; n < scores.length; n++)
        scores[n] = mean + biases[Math.floor(n / itemBias.length)]! + itemBias[n % itemBias.length]!
      return scores
    },
    async predict(_users, histories, targets) {
      const biases = userBias(histories)
      const users = entryRows(targets)
      return Float32Array.from(targets.indices, (item, n) => {
        const rating = mean + biases[users[n]!]! + itemBias[item]!
        return Math.min(Math.max(rating, lowest), highest)
      })
    },
    dispose() {},
  }
}

/** Alternates between users and items, which converges to the only minimum. */
function solveItemBias(
  data: CsrMatrix,
  mean: number,
  { userRegularization, itemRegularization }: BiasHyperparameters,
): Float32Array {
  const byItem = transpose(data)
  let itemBias: Float32Array = new Float32Array(data.columns)
  for (let sweep = 0; sweep < sweeps; sweep++)
    itemBias = rowBias(byItem, mean, rowBias(data, mean, itemBias, userRegularization), itemRegularization)
  return itemBias
}

/** The bias of each row that minimizes the objective for fixed biases of the columns. */
function rowBias(
  matrix: CsrMatrix,
  mean: number,
  columnBias: Float32Array,
  regularization: number,
): Float32Array {
  const biases = new Float32Array(matrix.rows)
  for (let row = 0; row < matrix.rows; row++) {
    const { indices, values } = rowOf(matrix, row)
    let sum = 0
    for (let n = 0; n < values.length; n++) sum += values[n]! - mean - columnBias[indices[n]!]!
    if (values.length > 0) biases[row] = sum / (values.length + regularization)
  }
  return biases
}

const sweeps = 15
