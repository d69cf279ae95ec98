import type { items } from '../db/schema.ts'

/** One user's rating of one item. */
export interface Rating {
  readonly userId: string
  readonly itemId: string
  readonly value: number
  /** Seconds since 1970; absent where the source gives none. */
  readonly time?: number
}

/** A rating and the event that it stands for; without a kind a rating itself. */
export interface RatingEvent extends Rating {
  readonly kind?: string
}

/** An item's metadata: the columns of its row, of which those with a default may be missing. */
export type Item = Readonly<typeof items.$inferInsert>
