import type { RatedItem } from './user-ratings.ts'

/** A user with all ratings. */
export interface UserHistory {
  readonly userId: string
  readonly history: readonly RatedItem[]
}

/** Users with ratings, page by page: the same ones whenever it is read, at most `limit` of them. */
export type ReadTastes = (limit: number) => AsyncIterable<readonly UserHistory[]>
