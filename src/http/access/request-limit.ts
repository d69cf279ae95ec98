import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterPostgres,
  type RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Sql } from '../../db/database.ts'
import type { ApiKey } from './api-keys.ts'

type LimitedKey = Pick<ApiKey, 'id' | 'requestsPerMinute'>

export interface RequestLimit {
  /** Counts a request of a key. Gives the seconds until the next request is allowed, or 0 if this one is. */
  count(key: LimitedKey): Promise<number>
  /** Takes back the count of a request. */
  uncount(key: LimitedKey): Promise<void>
}

type Counter = Pick<RateLimiterMemory, 'consume' | 'reward'>

/**
 * Limits each key to `requestsPerMinute`, or to its own limit. Without `shared`, requests are counted in this process, or
 * for all processes of a cluster in its primary process, so that the limit applies to each replica behind a load
 * balancer separately. With `shared` they are counted in that database for all replicas together; while it does not
 * respond, each replica counts by itself, and `onFailure` is told the reason once.
 */
export function createRequestLimit(
  requestsPerMinute: number,
  shared?: Sql,
  onFailure?: (error: Error) => void,
): RequestLimit {
  const counters = new Map<number, Counter>()
  const limitOf = (key: LimitedKey) => key.requestsPerMinute ?? requestsPerMinute
  const counterOf = (key: LimitedKey) => {
    const points = limitOf(key)
    const counter =
      counters.get(points) ?? (shared ? sharedCounter(points, shared, onFailure) : localCounter(points))
    counters.set(points, counter)
    return counter
  }
  return {
    count: async (key) => {
      if (limitOf(key) === Number.POSITIVE_INFINITY) return 0
      try {
        await counterOf(key).consume(key.id)
        return 0
      } catch (rejection) {
        if (rejection instanceof Error) throw rejection
        return Math.max(1, Math.ceil((rejection as RateLimiterRes).msBeforeNext / 1000))
      }
    },
    uncount: async (key) => {
      if (limitOf(key) !== Number.POSITIVE_INFINITY) await counterOf(key).reward(key.id)
    },
  }
}

const duration = 60

function localCounter(points: number): Counter {
  // the primary process keeps the counts of limiters apart by their prefix
  if (cluster.isWorker) return new RateLimiterCluster({ points, duration, keyPrefix: `requests-${points}` })
  return new RateLimiterMemory({ points, duration })
}

/** Counts in the database, and locally for some seconds after the database has not responded in time. */
function sharedCounter(points: number, sql: Sql, onFailure: ((error: Error) => void) | undefined): Counter {
  const local = localCounter(points)
  const stored = new RateLimiterPostgres({
    storeClient: clientOf(sql),
    storeType: 'client',
    tableName: 'request_counts',
    tableCreated: true,
    keyPrefix: `requests-${points}`,
    points,
    duration,
    // further requests of a key that has reached its limit need no query
    inMemoryBlockOnConsumed: points + 1,
  })
  let localUntil = Number.NEGATIVE_INFINITY
  let hasFailed = false
  const orLocally = async <T>(count: (counter: Counter) => Promise<T>): Promise<T> => {
    if (performance.now() < localUntil) return count(local)
    try {
      const counted = await inTime(count(stored))
      hasFailed = false
      return counted
    } catch (rejection) {
      // a key that has reached its limit
      if (!(rejection instanceof Error)) throw rejection
      localUntil = performance.now() + localMs
      if (!hasFailed) onFailure?.(rejection)
      hasFailed = true
      return count(local)
    }
  }
  return {
    consume: (key) => orLocally((counter) => counter.consume(key)),
    reward: (key) => orLocally((counter) => counter.reward(key)),
  }
}

/** The interface of the driver `pg`, as far as the limiter uses it. */
function clientOf(sql: Sql) {
  return {
    query: async ({ text, values }: { text: string; values: never[] }) => {
      const rows = await sql.unsafe(text, values, { prepare: true })
      return { rows, rowCount: rows.count }
    },
  }
}

async function inTime<T>(counting: Promise<T>): Promise<T> {
  const timeout = new AbortController()
  const late = sleep(timeoutMs, undefined, timeout).then(() => {
    throw new Error(`The count was not stored within ${timeoutMs} ms`)
  })
  try {
    return await Promise.race([counting, late])
  } finally {
    timeout.abort()
    late.catch(() => {})
    counting.catch(() => {})
  }
}

const timeoutMs = 1000
const localMs = 5000
