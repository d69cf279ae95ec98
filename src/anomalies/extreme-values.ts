import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import type { Feedback } from '../interactions/positive-threshold.ts'
import { ratingScale } from '../interactions/rating-scale.ts'

/**
 * Which values promote an item, 1, or demote it, −1; 0 for all others. Of ratings these are the highest and the lowest of the
 * scale; data with a single value have none. Quantities, such as numbers of plays, have no highest value: those promote
 * that are furthest above the user's mean logarithm, 5 % of all; those below 0, dislikes, demote.
 *
 * @param ratings users × items
 * @returns one number for each entry of `ratings`, in its order
 */
export function extremeValues(ratings: CsrMatrix, feedback: Feedback['feedback']): Int8Array {
  return feedback === 'explicit' ? extremeRatings(ratings) : extremeQuantities(ratings)
}

function extremeRatings(ratings: CsrMatrix): Int8Array {
  const { lowest, highest } = ratingScale(ratings)
  if (lowest === highest) return new Int8Array(ratings.values.length)
  return Int8Array.from(ratings.values, (value) => (value >= highest ? 1 : value <= lowest ? -1 : 0))
}

function extremeQuantities(ratings: CsrMatrix): Int8Array {
  const { rows, offsets, values } = ratings
  const differences = logQuantities(values)
  for (let user = 0; user < rows; user++) {
    const row = differences.subarray(offsets[user]!, offsets[user + 1]!)
    const mean = row.reduce((sum, value) => sum + value, 0) / rowLength(ratings, user)
    for (let n = 0; n < row.length; n++) row[n]! -= mean
  }
  const limit = differences.slice().sort()[Math.floor((1 - promotingShare) * differences.length)]!
  // rounding leaves differences in histories of a single value
  return Int8Array.from(values, (value, n) =>
    value < 0 ? -1 : differences[n]! >= limit && differences[n]! > 1e-6 ? 1 : 0,
  )
}

const promotingShare = 0.05

/** log(1 + |value|) with the sign of the value: the tail of quantities is about log-normal. */
export function logQuantities(values: Float32Array): Float32Array {
  return values.map((value) => Math.sign(value) * Math.log1p(Math.abs(value)))
}
