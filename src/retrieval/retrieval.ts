// The search of a version with a large catalog: approximate, with a measured recall.
import type { SearchProjection } from '../compute/search-projection.ts'

export interface Retrieval {
  readonly projection: SearchProjection
  readonly recall: MeasuredRecall
}

export interface MeasuredRecall {
  /** The share of the exact top `recallCutoff` items that the search finds, without those of the history. */
  readonly recall: number
  /** The number of users over whom it is the mean. */
  readonly users: number
}

/** The k of the recall that is measured. */
export const recallCutoff = 100
