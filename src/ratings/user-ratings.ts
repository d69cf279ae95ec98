// What the service asks and writes about single users.
import type { Rating, RatingEvent } from './rating.ts'

/** One item that somebody rated. */
export type RatedItem = Pick<Rating, 'itemId' | 'value'>

/** What became of ratings that were saved. */
export interface SavedRatings {
  readonly inserted: number
  readonly updated: number
  /** Already there with the same value, or with a later or stronger one. */
  readonly unchanged: number
}

export interface UserRatings {
  /** All that a user rated, as it stands now; empty for a stranger. */
  of(userId: string): Promise<RatedItem[]>
  /**
   * Inserts or updates ratings, all or none; users and items that are new come into being. Of two events of one pair
   * the stronger kind wins, of the same strength the later in time, here or in the database; without a time an event
   * is of now.
   */
  save(ratings: readonly RatingEvent[]): Promise<SavedRatings>
  /** Erases a user with all ratings and gives their number. */
  erase(userId: string): Promise<number>
  /** The titles of those of the items that have one. */
  titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}
