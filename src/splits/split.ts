import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { IdMap } from '../interactions/id-map.ts'

/**
 * Users to evaluate on: the history that a model sees and the targets that it must predict. Row r of all three is the
 * same user.
 */
export interface HeldOut {
  /** Row of the user in the training matrix, or −1 for a user without a training rating. */
  readonly users: Int32Array
  /** users × items: the fold-in part, input of the model. */
  readonly histories: CsrMatrix
  /** users × items: the hidden part; shares no entry with `histories`, unless repeated test pairs are kept. */
  readonly targets: CsrMatrix
}

/** Training data and the test users. All matrices have the columns `items`. */
export interface FinalSplit {
  /** users × items. */
  readonly train: CsrMatrix
  readonly users: IdMap
  readonly items: IdMap
  readonly test: HeldOut
}

/** A split with validation users as well. */
export interface Split extends FinalSplit {
  readonly validation: HeldOut
  /** The id of each row of `validation`. */
  readonly validationUserIds: readonly string[]
  /** The id of each row of `test`. */
  readonly testUserIds: readonly string[]
  /** For the predefined protocol: the test ratings whose user-item pair has a training rating too. */
  readonly repeatedTestRatings?: number
}

/** What happens to test ratings whose user-item pair has a training rating too. */
export const repeatedPairs = ['skip', 'keep'] as const
export type RepeatedPairs = (typeof repeatedPairs)[number]

/** The part of a split that a rating or a user belongs to; `none` is in no part. */
export const part = { train: 0, validation: 1, test: 2, none: 3 } as const

/** Hash bucket 0 is the test part, bucket 1 the validation part, and the others are the training part. */
export function partOfBucket(bucket: number): number {
  return bucket === 0 ? part.test : bucket === 1 ? part.validation : part.train
}
