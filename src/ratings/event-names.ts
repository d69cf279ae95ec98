import type { EventKind, KindName, KindNames } from '../config/event-kinds.ts'
import { plainName } from './usual-columns.ts'

/** The kind of event that `name` stands for: by `kinds`, else by its usual meaning; undefined if it has none. */
export function kindOf(name: string, kinds: KindNames = {}): KindName | undefined {
  if (Object.hasOwn(kinds, name)) return kinds[name]
  const kind = usualKinds.get(plainName(name))
  return kind === undefined ? undefined : { kind }
}

const names: Readonly<Record<EventKind, readonly string[]>> = {
  rating: ['rating', 'rate', 'rated'],
  like: ['like', 'liked', 'favorite', 'favourite', 'fav', 'upvote', 'thumbsup'],
  dislike: ['dislike', 'disliked', 'downvote', 'thumbsdown'],
  purchase: ['purchase', 'purchased', 'buy', 'bought', 'order', 'ordered', 'transaction', 'sale'],
  cart: ['cart', 'addtocart', 'cartadd', 'basket', 'addtobasket'],
  view: ['view', 'viewed', 'pageview', 'detailview', 'pv', 'click', 'clicked'],
}

const usualKinds = new Map(
  Object.entries(names).flatMap(([kind, usual]) => usual.map((name) => [name, kind as EventKind])),
)
