// From which value on an interaction is positive.
import type { CsrMatrix } from './csr/csr-matrix.ts'
import type { Interactions, KindSummary } from './interactions.ts'
import { ratingScale } from './rating-scale.ts'

/**
 * The positive threshold that follows from the data:
 *
 * - Where most interactions are events without ratings (likes, purchases, views), every event but a dislike is positive.
 * - On a rating scale, the value at three quarters of it is: 4 of 5 stars, 8 of 10, 75 of 100, 5 of −10 to 10.
 * - Otherwise, as with clicks that are all 1 and with quantities, every value above 0 is.
 *
 * See `isRatingScale` for how ratings are told from quantities. It is decided once for a data set and passed on, because
 * parts of the data, and single users still more, may have other values.
 */
export function positiveThresholdOf(interactions: Observed): number {
  return feedbackOf(interactions).positiveThreshold
}

type Observed = Pick<Interactions, 'matrix'> & Partial<Pick<Interactions, 'kinds'>>

/** What values are by the same rules: ratings on a scale (explicit), or events and quantities (implicit). */
export interface Feedback {
  readonly feedback: 'explicit' | 'implicit'
  readonly positiveThreshold: number
}

export function feedbackOf({ matrix, kinds = [] }: Observed): Feedback {
  const total = kinds.reduce((sum, { count }) => sum + count, 0)
  const ratings = kinds.find(({ kind }) => kind === 'rating')?.count ?? 0
  const ofEvents = lowestPositiveEvent(kinds)
  if (ofEvents !== undefined && ratings < total / 2)
    return { feedback: 'implicit', positiveThreshold: ofEvents }
  const ofScale = thresholdOfScale(matrix)
  if (ofScale !== undefined) return { feedback: 'explicit', positiveThreshold: ofScale }
  return { feedback: 'implicit', positiveThreshold: lowestAboveZero(matrix) ?? 1 }
}

function lowestPositiveEvent(kinds: readonly KindSummary[]): number | undefined {
  const values = kinds
    .filter(({ kind, lowest }) => kind !== 'rating' && kind !== 'dislike' && lowest > 0)
    .map(({ lowest }) => lowest)
  return values.length > 0 ? Math.min(...values) : undefined
}

/** Undefined where the values are not ratings. */
function thresholdOfScale(matrix: CsrMatrix): number | undefined {
  // 0 is as often the absence of a rating as the lowest one
  const values = matrix.values.filter((value) => value !== 0)
  if (values.length === 0) return undefined
  const { lowest, highest } = ratingScale({ ...matrix, values })
  // scales begin at 0 or 1, whether or not their lowest values occur
  const bottom = Math.min(lowest, highest > 1 ? 1 : 0)
  const top = highest >= 4 && highest < 5 ? 5 : highest
  const threeQuarters = bottom + 0.75 * (top - bottom)
  // short scales, such as 0 to 1, have fractions
  const threshold = top - bottom < 2 ? threeQuarters : Math.round(threeQuarters)
  return isRatingScale(values, lowest, highest, threshold) ? threshold : undefined
}

/**
 * Users mostly rate what they like, on a scale of several values; most quantities are small. So these are no ratings: one to
 * three different values below 4; values of which two thirds are in the lowest quarter of their range; and values of which
 * less than a twentieth reaches three quarters of it.
 */
function isRatingScale(values: Float32Array, lowest: number, highest: number, threshold: number): boolean {
  if (highest < 4 && countLevels(values) < 4) return false
  if (lowest >= threshold) return true
  const fromThreshold = values.reduce((count, value) => count + Number(value >= threshold), 0)
  const quarter = lowest + (highest - lowest) / 4
  const aboveQuarter = values.reduce((count, value) => count + Number(value > quarter), 0)
  return aboveQuarter > values.length / 3 && fromThreshold >= values.length / 20
}

/** The number of different values above 0, counted up to four. */
function countLevels(values: Float32Array): number {
  const levels = new Set<number>()
  for (const value of values) {
    if (value > 0) levels.add(value)
    if (levels.size === 4) break
  }
  return levels.size
}

function lowestAboveZero({ values }: CsrMatrix): number | undefined {
  let lowest = Number.POSITIVE_INFINITY
  for (const value of values) if (value > 0 && value < lowest) lowest = value
  return Number.isFinite(lowest) ? lowest : undefined
}
