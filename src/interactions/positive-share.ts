// How much of the data is positive, and the sentences that say so.
import { formatCount } from '../pages/numbers.ts'
import { type CsrMatrix, rowLength } from './csr/csr-matrix.ts'
import { positiveRatings } from './positives.ts'

export interface PositiveShare {
  /** Ratings of at least this value are positive. */
  readonly threshold: number
  readonly ratings: number
  /** Of all ratings, those that are positive. */
  readonly share: number
  readonly users: number
  readonly usersWithoutPositives: number
}

/** @param matrix users × items ratings */
export function measurePositives(matrix: CsrMatrix, threshold: number): PositiveShare {
  const positives = positiveRatings(matrix, threshold)
  const count = (isCounted: (row: number) => boolean) =>
    Array.from({ length: matrix.rows }, (_, row) => row).filter(isCounted).length
  const ratings = matrix.values.length
  return {
    threshold,
    ratings,
    share: ratings === 0 ? 0 : positives.values.length / ratings,
    users: count((row) => rowLength(matrix, row) > 0),
    usersWithoutPositives: count((row) => rowLength(matrix, row) > 0 && rowLength(positives, row) === 0),
  }
}

/** As in "positive: ≥ 4, 57.5 % of 100,000 ratings". */
export function formatPositives({ threshold, share, ratings }: PositiveShare): string {
  return `positive: ≥ ${Number(threshold.toPrecision(6))}, ${percent(share)} of ${formatCount(ratings)} ratings`
}

/** Says that models of positives see little of the data; undefined where they see enough. */
export function warnOfFewPositives(positives: PositiveShare): string | undefined {
  const { ratings, share, users, usersWithoutPositives } = positives
  const withoutShare = usersWithoutPositives / users
  if (ratings === 0 || (share >= minShare && withoutShare <= maxUsersWithout)) return undefined
  return (
    `Few ratings are positive (${formatPositives(positives)}), and ${percent(withoutShare)} of the users have none: ` +
    'models of positive interactions are trained on these only. If lower values are positive too, set a lower ' +
    '--positive-threshold or POSITIVE_THRESHOLD'
  )
}

/** The same, followed by the warning if there is one. */
export function explainPositives(positives: PositiveShare): string {
  const warning = warnOfFewPositives(positives)
  return formatPositives(positives) + (warning === undefined ? '' : `\n${warning}`)
}

const minShare = 0.05
const maxUsersWithout = 1 / 3

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
