import type { RatedItem } from './user-ratings.ts'

/** A user with all ratings. */
export interface UserHistory {
  readonly userId: string
  readonly history: readonly RatedItem[]
}

/** Reads at most `limit` users with ratings, page by page; the same users each time. */
export type UserHistories = (limit: number) => AsyncIterable<readonly UserHistory[]>
