import { LRUCache } from 'lru-cache'
import type { Change, ChangeFeed } from '../db/change-feed.ts'
import type { RatedItem, UserRatings } from './user-ratings.ts'

/**
 * Keeps the titles of items, and the histories of the users last asked for, in memory. What is saved and erased here
 * counts at once, what others commit as soon as the feed tells; while the feed is behind, every question goes to
 * `source`. A history is shared by all who ask for it and must not be changed.
 */
export function cacheUserRatings(
  source: UserRatings,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
  observer?: { historyAsked(isCached: boolean): void },
): UserRatings {
  const histories = new LRUCache<string, RatedItem[]>({ maxSize: largestCache, sizeCalculation: sizeOf })
  const loading = new Map<string, Promise<RatedItem[]>>()
  let titles = new Map<string, string | null>()
  const itemIds = new Map<string, string>()

  /** As rows come, each has a string of its own for its item; there are many more ratings than items. */
  function compact({ itemId, value }: RatedItem): RatedItem {
    const known = itemIds.get(itemId)
    if (known === undefined) itemIds.set(itemId, itemId)
    return { itemId: known ?? itemId, value }
  }

  function forget(userId: string): void {
    histories.delete(userId)
    loading.delete(userId)
  }

  changes.subscribe((change: Change) => {
    if (change.of === 'ratings' && change.userId !== null) return forget(change.userId)
    if (change.of === 'ratings' || change.of === 'anything') {
      histories.clear()
      loading.clear()
    }
    if (change.of === 'items' || change.of === 'anything') titles = new Map()
  })

  /** Keeps what is read, unless the user is forgotten before it has come. */
  async function load(userId: string): Promise<RatedItem[]> {
    const reading = source.of(userId).then((history) => history.map(compact))
    loading.set(userId, reading)
    try {
      const history = await reading
      if (loading.get(userId) === reading) histories.set(userId, history)
      return history
    } finally {
      if (loading.get(userId) === reading) loading.delete(userId)
    }
  }

  async function of(userId: string): Promise<RatedItem[]> {
    const current = changes.isCurrent()
    const known = current ? histories.get(userId) : undefined
    observer?.historyAsked(known !== undefined)
    if (!current) return source.of(userId)
    return known ?? loading.get(userId) ?? load(userId)
  }

  async function titlesOf(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // What is read goes into the map of before, which nobody asks any more once an item has changed.
    const known = changes.isCurrent() ? titles : new Map<string, string | null>()
    const missing = itemIds.filter((id) => !known.has(id))
    if (missing.length > 0) {
      const found = await source.titles(missing)
      for (const id of missing) known.set(id, found.get(id) ?? null)
    }
    return withoutNulls(known, itemIds)
  }

  async function forgetting<T>(userIds: readonly string[], write: Promise<T>): Promise<T> {
    const written = await write
    for (const userId of userIds) forget(userId)
    return written
  }

  return {
    of,
    titles: titlesOf,
    save: (ratings) =>
      forgetting(
        ratings.map(({ userId }) => userId),
        source.save(ratings),
      ),
    erase: (userId) => forgetting([userId], source.erase(userId)),
  }
}

/** In ratings, of which a million take some 60 MB. */
const largestCache = 2_000_000

function sizeOf(history: readonly RatedItem[]): number {
  const ratingsPerEntry = 8
  return history.length + ratingsPerEntry
}

function withoutNulls(titles: ReadonlyMap<string, string | null>, itemIds: readonly string[]) {
  const found = new Map<string, string>()
  for (const id of itemIds) {
    const title = titles.get(id)
    if (title != null) found.set(id, title)
  }
  return found
}
