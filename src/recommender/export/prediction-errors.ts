import { type CsrMatrix, entryRows } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { RatingPredictor } from '../../models/scorer.ts'
import type { Random } from '../../random/random.ts'

/** The expected error of a predicted rating. */
export interface PredictionErrors {
  /** The standard deviation of the rating around the prediction, in the units of the ratings. */
  std(user: number, item: number): number
  /** The root mean square of the errors of the known ratings, predicted from the user's other ratings. */
  readonly rmse: number
  /** The share of the known ratings within 1.96 `std` of these predictions, with `std` from other ratings: 95 % if calibrated. */
  readonly coverage: number
}

/**
 * Measures errors by hiding a fifth of each user's ratings from the history, five times, and predicting them from the rest. The
 * variance of a pair is the product of the mean squared errors of its user and of its item, over the mean of all; each counts
 * `prior` errors of the mean besides its own. A model that was trained on these ratings has smaller errors here than on
 * new ones.
 *
 * @param ratings users × items of the model
 */
export async function measurePredictionErrors(
  model: RatingPredictor,
  ratings: CsrMatrix,
  random: Random,
): Promise<PredictionErrors> {
  const fold = Int32Array.from(ratings.values, () => random.integer(folds))
  const squares = new Float64Array(ratings.values.length)
  for (let hidden = 0; hidden < folds; hidden++) {
    const history = filterEntries(ratings, (_user, _item, _value, n) => fold[n] !== hidden)
    const targets = filterEntries(ratings, (_user, _item, _value, n) => fold[n] === hidden)
    const predicted = await model.predict(new Int32Array(ratings.rows).fill(-1), history, targets)
    let target = 0
    for (let n = 0; n < squares.length; n++)
      if (fold[n] === hidden) squares[n] = (predicted[target]! - targets.values[target++]!) ** 2
  }
  const total = squares.reduce((sum, square) => sum + square, 0)
  return {
    std: estimateStd(ratings, squares, () => true),
    rmse: Math.sqrt(total / Math.max(1, squares.length)),
    coverage: measureCoverage(ratings, squares, fold),
  }
}

/** Of each fold by the errors of the others. */
function measureCoverage(ratings: CsrMatrix, squares: Float64Array, fold: Int32Array): number {
  const users = entryRows(ratings)
  let covered = 0
  for (let hidden = 0; hidden < folds; hidden++) {
    const std = estimateStd(ratings, squares, (n) => fold[n] !== hidden)
    for (const [n, square] of squares.entries())
      if (fold[n] === hidden && Math.sqrt(square) <= 1.96 * std(users[n]!, ratings.indices[n]!)) covered++
  }
  return covered / Math.max(1, squares.length)
}

/** By the errors of the entries for which `isUsed`. */
function estimateStd(
  ratings: CsrMatrix,
  squares: Float64Array,
  isUsed: (n: number) => boolean,
): PredictionErrors['std'] {
  const sums = { users: new Float64Array(ratings.rows), items: new Float64Array(ratings.columns) }
  const counts = { users: new Int32Array(ratings.rows), items: new Int32Array(ratings.columns) }
  let [total, count] = [0, 0]
  for (const [n, user] of entryRows(ratings).entries()) {
    if (!isUsed(n)) continue
    const item = ratings.indices[n]!
    sums.users[user]! += squares[n]!
    sums.items[item]! += squares[n]!
    counts.users[user]!++
    counts.items[item]!++
    total += squares[n]!
    count++
  }
  const mean = total / Math.max(1, count)
  const shrunk = (sum: number, size: number) => (sum + prior * mean) / (size + prior)
  return (user, item) =>
    mean === 0
      ? 0
      : Math.sqrt(
          (shrunk(sums.users[user]!, counts.users[user]!) * shrunk(sums.items[item]!, counts.items[item]!)) /
            mean,
        )
}

const folds = 5
const prior = 4
