import { bytesOfText, Caches } from '../caches/caches.ts'
import type { Change, ChangeFeed } from '../db/change-feed.ts'
import type { RatedItem, UserRatings } from './user-ratings.ts'

/**
 * Caches the most recently requested user histories in memory. Writes through this object take effect
 * at once, writes by other processes when the feed reports them; while the feed is behind, every request goes to
 * `source`. Callers share a history and must not change it.
 */
export function cacheUserRatings(
  source: UserRatings,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
  observer?: { historyRequested(isCached: boolean): void },
  caches = new Caches(),
): UserRatings {
  const histories = caches.open<RatedItem[]>({
    name: 'histories',
    maxBytes: 160 * 2 ** 20,
    bytesOf: bytesOfHistory,
  })
  const loading = new Map<string, Promise<RatedItem[]>>()
  const itemIds = caches.open<string>({ name: 'item-ids', maxBytes: 32 * 2 ** 20, bytesOf: bytesOfItemId })

  /** Shares one string per item id between ratings: the driver creates a new string for every row. */
  function compact({ itemId, value }: RatedItem): RatedItem {
    const known = itemIds.get(itemId)
    if (known === undefined) itemIds.set(itemId, itemId)
    return { itemId: known ?? itemId, value }
  }

  function invalidate(userId: string): void {
    histories.delete(userId)
    loading.delete(userId)
  }

  changes.subscribe((change: Change) => {
    if (change.of === 'ratings' && change.userId !== null) return invalidate(change.userId)
    if (change.of === 'ratings' || change.of === 'anything') {
      histories.clear()
      loading.clear()
    }
  })

  /** Caches the history, unless the user is invalidated while it is read. */
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
    observer?.historyRequested(known !== undefined)
    if (!current) return source.of(userId)
    return known ?? loading.get(userId) ?? load(userId)
  }

  /** Also after a failure: a connection that is lost may have committed the write before. */
  function invalidating<T>(userIds: readonly string[], write: Promise<T>): Promise<T> {
    return write.finally(() => {
      for (const userId of userIds) invalidate(userId)
    })
  }

  return {
    of,
    save: (ratings) =>
      invalidating(
        ratings.map(({ userId }) => userId),
        source.save(ratings),
      ),
    page: source.page,
    events: source.events,
    retract: (userId, itemId) => invalidating([userId], source.retract(userId, itemId)),
    erase: (userId) => invalidating([userId], source.erase(userId)),
  }
}

/** A million ratings take about 60 MB, and their translation into the item numbers of three models 24 MB. */
function bytesOfHistory(history: readonly RatedItem[], userId: string): number {
  return 84 * history.length + bytesOfText(userId) + 400
}

function bytesOfItemId(itemId: string): number {
  return bytesOfText(itemId) + 100
}
