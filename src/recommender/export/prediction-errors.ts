import { type CsrMatrix, entryRows } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { RatingPredictor } from '../../models/scorer.ts'
import type { Random } from '../../random/random.ts'

/** The expected error of a predicted rating. */
export interface PredictionErrors {
  /** The standard deviation of the rating around the prediction, in the units of the ratings. */
  std(user: number, item: number): number
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
  const squares = { users: new Float64Array(ratings.rows), items: new Float64Array(ratings.columns) }
  const counts = { users: new Int32Array(ratings.rows), items: new Int32Array(ratings.columns) }
  let total = 0
  for (let hidden = 0; hidden < folds; hidden++) {
    const history = filterEntries(ratings, (_user, _item, _value, n) => fold[n] !== hidden)
    const targets = filterEntries(ratings, (_user, _item, _value, n) => fold[n] === hidden)
    const predicted = await model.predict(new Int32Array(ratings.rows).fill(-1), history, targets)
    for (const [n, user] of entryRows(targets).entries()) {
      const item = targets.indices[n]!
      const square = (predicted[n]! - targets.values[n]!) ** 2
      squares.users[user]! += square
      squares.items[item]! += square
      counts.users[user]!++
      counts.items[item]!++
      total += square
    }
  }
  const mean = total / Math.max(1, ratings.values.length)
  const shrunk = (sum: number, count: number) => (sum + prior * mean) / (count + prior)
  return {
    std: (user, item) =>
      mean === 0
        ? 0
        : Math.sqrt(
            (shrunk(squares.users[user]!, counts.users[user]!) *
              shrunk(squares.items[item]!, counts.items[item]!)) /
              mean,
          ),
  }
}

const folds = 5
const prior = 4
