import type { Rating, RatingEvent } from './rating.ts'

/** One rating of a known user. */
export type RatedItem = Pick<Rating, 'itemId' | 'value'>

/** Counts of saved ratings. */
export interface SavedRatings {
  readonly inserted: number
  readonly updated: number
  /** Stored before with the same value, or superseded by a later or stronger event. */
  readonly unchanged: number
}

export interface UserRatings {
  /** All current ratings of a user; empty for an unknown user. */
  of(userId: string): Promise<RatedItem[]>
  /**
   * Inserts or updates ratings, all or none, and creates unknown users and items. Of two events of one user and item
   * the stronger kind wins, and at equal strength the later time, whether in `ratings` or in the database. An event
   * without a time has the current time and is later than all that were saved before. The others are kept in the history.
   */
  save(ratings: readonly RatingEvent[]): Promise<SavedRatings>
  /** Erases a user with all ratings; returns the number of ratings. */
  erase(userId: string): Promise<number>
}
