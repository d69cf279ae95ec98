// What a user may do with an item. The configuration, the request schema, the documentation and the SQL derive from
// this table; a new kind needs a migration too, since the database checks the kinds.

/** Of the events of one user and item the strongest holds, and of equally strong ones the latest. */
const kinds = {
  rating: { strength: 2 },
  like: { strength: 2, stars: 5 },
  dislike: { strength: 2, stars: 1 },
  purchase: { strength: 1, stars: 4 },
  view: { strength: 0, stars: 3 },
} as const

export type EventKind = keyof typeof kinds

export const eventKinds = Object.keys(kinds) as [EventKind, ...EventKind[]]

/** The value of an event that has none, on the scale of the ratings. */
export type EventWeights = Readonly<Record<Exclude<EventKind, 'rating'>, number>>

/** The kinds that may come without a value. */
export const weightedKinds = eventKinds.filter((kind): kind is keyof EventWeights => kind !== 'rating')

/** For ratings from one to five. */
export const starWeights = Object.fromEntries(
  weightedKinds.map((kind) => [kind, kinds[kind].stars]),
) as EventWeights

export function strengthOf(kind: EventKind): number {
  return kinds[kind].strength
}

/** SQL for `strengthOf` of a column. */
export function strengthSql(column: string): string {
  return `(case ${column} ${eventKinds.map((kind) => `when '${kind}' then ${strengthOf(kind)}`).join(' ')} end)`
}

/** The kinds by strength, as in "rating, like, dislike before purchase before view". */
export function strengthsInWords(): string {
  const strengths = [...new Set(eventKinds.map(strengthOf))].sort((a, b) => b - a)
  return strengths
    .map((strength) => eventKinds.filter((kind) => strengthOf(kind) === strength).join(', '))
    .join(' before ')
}
