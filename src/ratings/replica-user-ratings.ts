import { setTimeout as sleep } from 'node:timers/promises'
import type { Change, ChangeFeed } from '../db/change-feed.ts'
import { type ReadReplica, statementTimeoutMs } from '../db/read-replica.ts'
import { createPostgresUserRatings } from './postgres-user-ratings.ts'
import type { RatedItem, UserRatings } from './user-ratings.ts'

/** Where a history was read. */
export type HistoryServer = 'primary' | 'replica'

/**
 * Reads the history of a user from the replica if the replica has every change of it that is known: those written
 * through this object, and those that the feed reports. All other reads and the writes go to `primary`, as do all reads
 * while the feed is behind.
 */
export function readFromReplica(
  primary: UserRatings,
  replica: ReadReplica,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
  observer?: { historyRead(server: HistoryServer): void },
): UserRatings {
  const changedAt = new Map<string, number>()
  /** When the histories of many users may have changed. Those from before the feed began are unknown. */
  let allChangedAt = performance.now()

  function recordChange(userId: string): void {
    if (changedAt.size >= maxRecorded) recordChangeOfAll()
    // moves the user to the end: the map is in the order of the times
    changedAt.delete(userId)
    changedAt.set(userId, performance.now())
  }

  function recordChangeOfAll(): void {
    changedAt.clear()
    allChangedAt = performance.now()
  }

  function forget(before: number): void {
    for (const [userId, at] of changedAt) {
      if (at >= before) return
      changedAt.delete(userId)
    }
  }

  changes.subscribe((change: Change) => {
    if (change.of === 'ratings' && change.userId !== null) recordChange(change.userId)
    else if (change.of === 'ratings' || change.of === 'anything') recordChangeOfAll()
  })

  async function of(userId: string): Promise<RatedItem[]> {
    const history = await ofReplica(userId)
    observer?.historyRead(history ? 'replica' : 'primary')
    return history ?? primary.of(userId)
  }

  /** Undefined if the replica may be behind or fails. */
  async function ofReplica(userId: string): Promise<RatedItem[] | undefined> {
    const state = replica.state()
    if (state === undefined || !changes.isCurrent()) return undefined
    forget(state.includesUntil)
    if (allChangedAt >= state.includesUntil || changedAt.has(userId)) return undefined
    const timeout = new AbortController()
    try {
      return await Promise.race([
        createPostgresUserRatings(state.database).of(userId),
        sleep(statementTimeoutMs, undefined, timeout).then(() => {
          throw new Error(`it did not respond within ${statementTimeoutMs} ms`)
        }),
      ])
    } catch (error) {
      replica.reportFailure(error)
      return undefined
    } finally {
      timeout.abort()
    }
  }

  /** Also after a failure: a connection that is lost may have committed the write before. */
  function recording<T>(userIds: readonly string[], write: Promise<T>): Promise<T> {
    return write.finally(() => {
      for (const userId of new Set(userIds)) recordChange(userId)
    })
  }

  return {
    of,
    save: (ratings) =>
      recording(
        ratings.map(({ userId }) => userId),
        primary.save(ratings),
      ),
    page: primary.page,
    events: primary.events,
    retract: (userId, itemId) => recording([userId], primary.retract(userId, itemId)),
    erase: (userId) => recording([userId], primary.erase(userId)),
  }
}

/** About 10 MB. */
const maxRecorded = 100_000
