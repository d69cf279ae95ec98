// What a user may do with an item. The configuration, the request schema, the documentation and the SQL derive from
// this table. Users may have kinds of their own, each with a weight.

/** Of the events of one user and item the strongest holds, and of equally strong ones the latest. */
const kinds = {
  rating: { strength: 3 },
  like: { strength: 3, stars: 5 },
  dislike: { strength: 3, stars: 1 },
  purchase: { strength: 2, stars: 4 },
  cart: { strength: 1, stars: 3.5 },
  view: { strength: 0, stars: 3 },
} as const

/** Stronger than a view, weaker than a purchase. */
const strengthOfOwnKinds = kinds.cart.strength

export type EventKind = keyof typeof kinds

export const eventKinds = Object.keys(kinds) as [EventKind, ...EventKind[]]

/** The values of events that have none, by kind, on the scale of the ratings. */
export type EventWeights = Readonly<Record<string, number>>

/** A kind, and the value of its events where it differs from the configured weight. */
export interface KindName {
  readonly kind: string
  readonly weight?: number
}

/** The kinds that names in a file stand for, such as `addtocart` for `cart`. */
export type KindNames = Readonly<Record<string, KindName>>

/** The kinds that may come without a value. */
export const weightedKinds = eventKinds.filter(
  (kind): kind is Exclude<EventKind, 'rating'> => kind !== 'rating',
)

/** For ratings from one to five. */
export const starWeights: EventWeights = Object.fromEntries(
  weightedKinds.map((kind) => [kind, kinds[kind].stars]),
)

/** The name of a kind; also a regular expression of PostgreSQL. */
export const kindPattern = '^[a-z][a-z0-9_-]{0,31}$'

export function strengthOf(kind: string): number {
  return Object.hasOwn(kinds, kind) ? kinds[kind as EventKind].strength : strengthOfOwnKinds
}

/** SQL for `strengthOf` of a column. */
export function strengthSql(column: string): string {
  const cases = eventKinds.map((kind) => `when '${kind}' then ${strengthOf(kind)}`)
  return `(case ${column} ${cases.join(' ')} else ${strengthOfOwnKinds} end)`
}

/** The kinds by strength, as in "rating, like, dislike before purchase before view". */
export function strengthsInWords(): string {
  const strengths = [...new Set(eventKinds.map(strengthOf))].sort((a, b) => b - a)
  return strengths
    .map((strength) => eventKinds.filter((kind) => strengthOf(kind) === strength).join(', '))
    .join(' before ')
}

/**
 * Kinds with weights, as in `view=3,save=3.5`; undefined if `text` is not of this form, or names the kind `rating`,
 * whose events have values of their own.
 */
export function parseWeights(text: string): EventWeights | undefined {
  const pairs = text.split(',').map((part) => /^\s*([\w-]+)=(-?\d+(?:\.\d+)?)\s*$/.exec(part))
  const weights = pairs.map((pair) => [pair?.[1] ?? '', Number(pair?.[2])] as const)
  if (!weights.every(([kind]) => new RegExp(kindPattern).test(kind) && kind !== 'rating')) return undefined
  return Object.fromEntries(weights)
}

/** Names with their kinds, as in `addtocart=cart,save=bookmark:3.5`; undefined if `text` is not of this form. */
export function parseKindNames(text: string): KindNames | undefined {
  const parts = text.split(',').map((part) => /^\s*(.+)=([\w-]+)(?::(-?\d+(?:\.\d+)?))?\s*$/.exec(part))
  if (!parts.every((part) => part !== null && new RegExp(kindPattern).test(part[2]!))) return undefined
  return Object.fromEntries(
    parts.map((part) => {
      const [, name, kind, weight] = part!
      return [name!, { kind: kind!, ...(weight !== undefined && { weight: Number(weight) }) }]
    }),
  )
}
