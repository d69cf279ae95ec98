import type { CsrMatrix } from './csr/csr-matrix.ts'
import type { IdMap } from './id-map.ts'

/** All ratings as one matrix, with the ids of its rows and columns. */
export interface Interactions {
  /** users × items, the ratings. */
  readonly matrix: CsrMatrix
  readonly users: IdMap
  readonly items: IdMap
  /**
   * Seconds since 1970 of each entry of `matrix`, in its order; NaN for a rating without a time. Absent where
   * no rating has one.
   */
  readonly times?: Float64Array
  /** The kinds of events behind the ratings; absent where the source does not state them. */
  readonly kinds?: readonly KindSummary[]
}

export interface KindSummary {
  readonly kind: string
  readonly count: number
  readonly lowest: number
}
