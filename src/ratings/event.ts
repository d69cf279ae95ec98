// What somebody did with an item, and what it is worth as a rating.
import type { Rating } from './rating.ts'

/** A stated opinion says more than a purchase, and that more than a look: see `strengthOf`. */
export const eventKinds = ['rating', 'like', 'dislike', 'purchase', 'view'] as const

export type EventKind = (typeof eventKinds)[number]

/** What an event is worth where its sender does not say: a value on the scale of the ratings. */
export type EventWeights = Readonly<Record<Exclude<EventKind, 'rating'>, number>>

/** For ratings from one to five. */
export const starWeights: EventWeights = { like: 5, purchase: 4, view: 3, dislike: 1 }

/** A rating and what it came of; of a rating itself where nothing is said. */
export interface RatingEvent extends Rating {
  readonly kind?: EventKind
}

/**
 * How much an event says. Of all that is told of a user and an item the strongest holds, and of equally strong ones
 * the latest: in whatever order and however often they come, the same is left.
 */
export function strengthOf(kind: EventKind): number {
  if (kind === 'view') return 0
  return kind === 'purchase' ? 1 : 2
}
