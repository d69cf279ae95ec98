// Which interactions count as liked, for all models of implicit feedback.
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../interactions/csr/select.ts'

/** The hyperparameter of that name: on a scale of five stars, four and five are liked. */
export const positiveThreshold = z
  .number()
  .default(4)
  .describe('The rating from which on an interaction counts as liked')

/**
 * The value from which on an interaction of `data` counts as liked: `from`; or where no value reaches it, as in
 * clicks and purchases that are all 1, the smallest value above zero, so that every interaction counts but for
 * dislikes. Belongs to the weights: it cannot be told from one user's history.
 */
export function positiveThresholdOf(data: CsrMatrix, from: number): number {
  let smallest = Number.POSITIVE_INFINITY
  // the values are 32-bit floats, and 4.1 is larger than its nearest one
  const threshold = Math.fround(from)
  for (const value of data.values) {
    if (value >= threshold) return threshold
    if (value > 0 && value < smallest) smallest = value
  }
  return Number.isFinite(smallest) ? smallest : threshold
}

/** The interactions of at least `threshold`, each with the value 1. */
export function positives(matrix: CsrMatrix, threshold: number): CsrMatrix {
  const liked = filterEntries(matrix, (_row, _column, value) => value >= threshold)
  return { ...liked, values: new Float32Array(liked.values.length).fill(1) }
}

/** The same, and the interactions below zero, which are dislikes, each with the value −1. */
export function positivesAndDislikes(matrix: CsrMatrix, threshold: number): CsrMatrix {
  const told = filterEntries(matrix, (_row, _column, value) => value >= threshold || value < 0)
  return { ...told, values: told.values.map((value) => (value >= threshold ? 1 : -1)) }
}
