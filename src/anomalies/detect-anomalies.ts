// Which users are unlike all others, such as the fake users of a shilling attack.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { type Feedback, feedbackOf } from '../interactions/positive-threshold.ts'
import { robustDistances } from '../statistics/robust-distance.ts'
import { extremeValues, logQuantities } from './extreme-values.ts'
import { type HistoryShape, measureShape } from './history-shape.ts'
import { findPromotedItems, type PromotedItem } from './promoted-items.ts'

/** Scores above it are rare among real users: 0.2 % of those of MovieLens 1M. */
export const defaultAnomalyThreshold = 8

export interface Anomalies {
  /** Whether the values are ratings, or quantities, whose logarithms are measured. */
  readonly feedback: Feedback['feedback']
  readonly shape: HistoryShape
  /** The distance of each user's history from the usual ones, in standard deviations. */
  readonly distances: Float64Array
  /**
   * The distance, times twice the probability of the promoted item to which the user gave an extreme value: up to
   * double for a user who takes part in an attack, and the distance for all others.
   */
  readonly scores: Float64Array
  /** The item behind the score of each user, a position in `promoted`; −1 for none. */
  readonly promotedBy: Int32Array
  readonly promoted: readonly PromotedItem[]
}

/**
 * Fake users rate items that real users with histories of that length rate otherwise: rarer items, since they are
 * drawn at random, or items of more equal popularity; or they rate many items lowest. `disagreement` detects none that
 * these miss, so it only explains.
 *
 * @param errors further measurements of how unusual each user is, such as `reconstructionErrors`
 */
export function detectAnomalies(
  interactions: Pick<Interactions, 'matrix'> & Partial<Pick<Interactions, 'kinds'>>,
  ...errors: readonly Float64Array[]
): Anomalies {
  const { matrix } = interactions
  const { feedback } = feedbackOf(interactions)
  const shape = measureShape(
    feedback === 'explicit' ? matrix : { ...matrix, values: logQuantities(matrix.values) },
  )
  const distances = robustDistances([shape.length, shape.rarity, shape.raritySpread, shape.bias, ...errors])
  const extremes = extremeValues(matrix, feedback)
  const promoted = findPromotedItems(matrix, distances, extremes)
  const promotedBy = strongestOf(matrix, promoted, extremes)
  const scores = distances.map((distance, user) => {
    const place = promotedBy[user]!
    return place < 0 ? distance : 2 * distance * promoted[place]!.probability
  })
  return { feedback, shape, distances, scores, promotedBy, promoted }
}

/** For each user, the promoted item of the largest probability among those to which the user gave an extreme value. */
function strongestOf(
  { rows, columns, offsets, indices }: CsrMatrix,
  promoted: readonly PromotedItem[],
  extremes: Int8Array,
): Int32Array {
  const places = { highest: new Int32Array(columns).fill(-1), lowest: new Int32Array(columns).fill(-1) }
  for (const [place, { item, rated }] of promoted.entries()) places[rated][item] = place
  const strongest = new Int32Array(rows).fill(-1)
  for (let user = 0; user < rows; user++)
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++) {
      if (extremes[n] === 0) continue
      const place = places[extremes[n]! > 0 ? 'highest' : 'lowest'][indices[n]!]!
      if (place < 0) continue
      const current = strongest[user]!
      if (current < 0 || promoted[place]!.probability > promoted[current]!.probability)
        strongest[user] = place
    }
  return strongest
}
