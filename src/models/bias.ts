// The baseline of ratings: r̂_ui = μ + b_u + b_i (Koren 2010, section 2.1).
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { defineModel } from './define-model.ts'
import { searchRanges } from './hyperparameters.ts'
import { ratingScale } from './rating-scale.ts'
import { requireColumns } from './require-columns.ts'
import type { RatingPredictor, Scorer } from './scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

export interface BiasHyperparameters {
  /** Ratings of μ that each user is taken to have given besides their own. */
  readonly userRegularization: number
  /** Ratings of μ that each item is taken to have got besides its own. */
  readonly itemRegularization: number
}

/**
 * Minimizes Σ (r_ui − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i², μ the mean of all ratings. A user's b_u follows from
 * the history and the b_i, so a user never seen is foretold like any other. Ranks by foretold ratings.
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
      const own = userBias(histories)
      const scores = new Float32Array(histories.rows * itemBias.length)
      for (let n = 0; n < scores.length; n++)
        scores[n] = mean + own[Math.floor(n / itemBias.length)]! + itemBias[n % itemBias.length]!
      return scores
    },
    async predict(_users, histories, targets) {
      const own = userBias(histories)
      const ratings = new Float32Array(targets.indices.length)
      for (let user = 0; user < targets.rows; user++)
        for (let n = targets.offsets[user]!; n < targets.offsets[user + 1]!; n++) {
          const rating = mean + own[user]! + itemBias[targets.indices[n]!]!
          ratings[n] = Math.min(Math.max(rating, lowest), highest)
        }
      return ratings
    },
    dispose() {},
  }
}

/** Solves for users and items in turn, which converges to the one minimum. */
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

/** The bias of each row that minimizes the objective while those of the columns stay. */
function rowBias(
  { rows, offsets, indices, values }: CsrMatrix,
  mean: number,
  columnBias: Float32Array,
  regularization: number,
): Float32Array {
  const biases = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    let sum = 0
    for (let n = start; n < end; n++) sum += values[n]! - mean - columnBias[indices[n]!]!
    if (end > start) biases[row] = sum / (end - start + regularization)
  }
  return biases
}

const sweeps = 15
