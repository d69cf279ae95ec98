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

/** A current rating as it is stored. */
export interface StoredRating extends RatedItem {
  readonly kind: string
  /** Null if none was stated. */
  readonly time: Date | null
}

/** An event of a user: a rating, current or not, or a retraction, which has no value. */
export interface UserEvent extends Omit<StoredRating, 'value'> {
  readonly value: number | null
  readonly isCurrent: boolean
  /** The batch of the rating; null for a retraction. */
  readonly batch: number | null
  /** Orders the events of an item; distinct among these. */
  readonly arrival: number
}

export type EventPosition = readonly [itemId: string, arrival: number]

/** Numbers of what was erased. */
export interface ErasedRatings {
  readonly ratings: number
  readonly retractions: number
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
  /** At most `count` current ratings of a user in the order of item ids, those after the item `after`. */
  page(userId: string, after: string | undefined, count: number): Promise<StoredRating[]>
  /** At most `count` events of a user by item id and arrival, those after `after`. */
  events(userId: string, after: EventPosition | undefined, count: number): Promise<UserEvent[]>
  /**
   * Deletes what is stored of a user's rating of an item. Ratings of the pair that arrive later count only if their time is
   * after the retraction, or if they are posted without a time. Returns whether there was a rating.
   */
  retract(userId: string, itemId: string): Promise<boolean>
  /** Erases a user with all ratings. */
  erase(userId: string): Promise<ErasedRatings>
}
