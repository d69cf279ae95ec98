/** When an item may be recommended, as milliseconds since 1970; null for no limit. */
export interface AvailabilityLimits {
  readonly id: string
  readonly hidden: boolean
  readonly availableFrom: Date | null
  readonly availableUntil: Date | null
}

/** Which items are unavailable, and how long this is so unless an item is changed. */
export interface Unavailable {
  readonly itemIds: ReadonlySet<string>
  /** Until before this time, in milliseconds since 1970. */
  readonly until: number
}

/**
 * The items that are hidden or outside their dates at the time `now`, in milliseconds since 1970. An item is available
 * from `availableFrom` on and until before `availableUntil`.
 */
export function unavailableAt(now: number, items: readonly AvailabilityLimits[]): Unavailable {
  const itemIds = new Set<string>()
  let until = Number.POSITIVE_INFINITY
  for (const { id, hidden, availableFrom, availableUntil } of items) {
    const [from, end] = [availableFrom?.getTime() ?? -Infinity, availableUntil?.getTime() ?? Infinity]
    if (hidden || now < from || now >= end) itemIds.add(id)
    if (hidden) continue
    for (const change of [from, end]) if (change > now && change < until) until = change
  }
  return { itemIds, until }
}
