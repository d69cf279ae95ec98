import type { EventKind } from '../config/event-kinds.ts'

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
  readonly kind?: EventKind
}

/** An item's metadata. */
export interface Item {
  readonly itemId: string
  readonly title: string | null
  readonly attributes: Readonly<Record<string, unknown>>
}
