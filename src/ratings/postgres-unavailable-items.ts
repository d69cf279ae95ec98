import type { ChangeFeed } from '../db/change-feed.ts'
import type { Sql } from '../db/database.ts'
import { type AvailabilityLimits, type Unavailable, unavailableAt } from './available-items.ts'

/** The part of `ItemCatalog` about which items are unavailable. */
export interface UnavailableItems {
  /** See `ItemCatalog.unavailable`. */
  current(): ReadonlySet<string> | Promise<ReadonlySet<string>>
  /** Makes the next call read the items again. */
  invalidate(): void
}

/**
 * Keeps the items with limits in memory. They are read again when the feed reports a change and, while it is behind, once a
 * second; dates take effect at their time.
 */
export function createPostgresUnavailableItems(
  sql: Sql,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
): UnavailableItems {
  let limits: readonly AvailabilityLimits[] | null = null
  let known: Unavailable | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<ReadonlySet<string>> | null = null

  const invalidate = () => {
    limits = null
    // what is being read may be from before the change
    reading = null
  }
  changes.subscribe(({ of }) => {
    if (of === 'availability' || of === 'anything') invalidate()
  })

  /** Not repeated if a change is reported meanwhile: it is enough that the reading started after the request. */
  function read(): Promise<ReadonlySet<string>> {
    const startedAt = performance.now()
    const attempt = readAvailabilityLimits(sql).then((items) => {
      if (reading !== attempt) return unavailableAt(Date.now(), items).itemIds
      limits = items
      known = null
      readAt = startedAt
      return currentOf(items)
    })
    const finish = () => {
      if (reading === attempt) reading = null
    }
    reading = attempt
    attempt.then(finish, finish)
    return attempt
  }

  function currentOf(items: readonly AvailabilityLimits[]): ReadonlySet<string> {
    const now = Date.now()
    if (known === null || now >= known.until) known = unavailableAt(now, items)
    return known.itemIds
  }

  return {
    invalidate,
    current: () => {
      const isRecent = changes.isCurrent() || performance.now() - readAt < maxAgeMs
      return limits !== null && isRecent ? currentOf(limits) : (reading ?? read())
    },
  }
}

const maxAgeMs = 1000

/** The items that are not always available; a deleted item is hidden. */
export async function readAvailabilityLimits(sql: Sql): Promise<AvailabilityLimits[]> {
  return sql<AvailabilityLimits[]>`
    select id, hidden, available_from as "availableFrom", available_until as "availableUntil" from items
    where hidden or available_from is not null or available_until is not null
    union all
    select id, true, null, null from deleted_items`
}
