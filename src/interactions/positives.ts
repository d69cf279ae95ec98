// Which interactions are positive. Values are 32-bit floats, and 4.1 is larger than the nearest of them: each function
// rounds the threshold to a 32-bit float before it compares.
import type { CsrMatrix } from './csr/csr-matrix.ts'
import { filterEntries } from './csr/select.ts'

/** The interactions of at least `positiveThreshold`, with their values. */
export function positiveRatings(matrix: CsrMatrix, positiveThreshold: number): CsrMatrix {
  const threshold = Math.fround(positiveThreshold)
  return filterEntries(matrix, (_row, _column, value) => value >= threshold)
}

/** The interactions of at least `positiveThreshold`, each with the value 1. */
export function positives(matrix: CsrMatrix, positiveThreshold: number): CsrMatrix {
  const ratings = positiveRatings(matrix, positiveThreshold)
  return { ...ratings, values: ratings.values.fill(1) }
}

/** The positives, each with the value 1, and the interactions below zero, which are dislikes, each with the value −1. */
export function positivesAndDislikes(matrix: CsrMatrix, positiveThreshold: number): CsrMatrix {
  const threshold = Math.fround(positiveThreshold)
  const signed = filterEntries(matrix, (_row, _column, value) => value >= threshold || value < 0)
  return { ...signed, values: signed.values.map((value) => (value >= threshold ? 1 : -1)) }
}

/** For each interaction, 1 where it is positive, −1 where it is a dislike, else 0. */
export function signs(matrix: CsrMatrix, positiveThreshold: number): Float32Array {
  const threshold = Math.fround(positiveThreshold)
  return matrix.values.map((value) => (value >= threshold ? 1 : value < 0 ? -1 : 0))
}
