import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { part, type Split } from './split.ts'
import { splitRatings } from './split-ratings.ts'

/**
 * Cuts the ratings by time: the last period, the test part, holds `share` of them, and the period before it, the
 * validation part, as many. Ratings of the same second stay together. Targets are later than the user's history: the
 * ratings of a user who first appears in the validation period join the training part, and those of a user who first
 * appears in the last period are left out. A rating without a time counts as earlier than any with one.
 *
 * @throws RangeError when the ratings have no times, or too few distinct ones to cut.
 */
export function lastPeriod(interactions: Interactions, share = 0.1): Split {
  const { matrix } = interactions
  if (interactions.times === undefined)
    throw new RangeError('The ratings have no times, so they have no last period; use random-holdout instead')
  const times = interactions.times.map((time) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time))
  const sorted = times.slice().sort()
  const cut = (periods: number) => sorted[Math.floor(sorted.length * (1 - periods * share))]!
  const [validationFrom, testFrom] = [cut(2), cut(1)]
  if (!(sorted[0]! < validationFrom && validationFrom < testFrom))
    throw new RangeError(
      `${times.length} ratings from ${sorted[0]} to ${sorted.at(-1)} (seconds since 1970) are too close together to be split into periods`,
    )
  return splitRatings(interactions, partsByTime(matrix, times, validationFrom, testFrom))
}

function partsByTime(
  matrix: CsrMatrix,
  times: Float64Array,
  validationFrom: number,
  testFrom: number,
): Uint8Array {
  const parts = new Uint8Array(times.length)
  for (let user = 0; user < matrix.rows; user++) {
    const [start, end] = [matrix.offsets[user]!, matrix.offsets[user + 1]!]
    const first = times.subarray(start, end).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    for (let n = start; n < end; n++)
      if (times[n]! >= testFrom) parts[n] = first < testFrom ? part.test : part.none
      else if (times[n]! >= validationFrom && first < validationFrom) parts[n] = part.validation
  }
  return parts
}
