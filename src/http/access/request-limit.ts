import cluster from 'node:cluster'
import { RateLimiterCluster, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { ApiKey } from './api-keys.ts'

type LimitedKey = Pick<ApiKey, 'id' | 'requestsPerMinute'>

export interface RequestLimit {
  /** Counts a request of a key. Gives the seconds until the next request is allowed, or 0 if this one is. */
  count(key: LimitedKey): Promise<number>
  /** Takes back the count of a request. */
  uncount(key: LimitedKey): Promise<void>
}

/**
 * Limits each key to `requestsPerMinute`, or to its own limit. Requests are counted in this process, or for all
 * processes of a cluster in its primary process, so that the limit applies to each replica behind a load balancer
 * separately.
 */
export function createRequestLimit(requestsPerMinute: number): RequestLimit {
  const limiters = new Map<number, RateLimiterMemory | RateLimiterCluster>()
  const limitOf = (key: LimitedKey) => key.requestsPerMinute ?? requestsPerMinute
  const limiterOf = (key: LimitedKey) => {
    const points = limitOf(key)
    const limiter = limiters.get(points) ?? createLimiter(points)
    limiters.set(points, limiter)
    return limiter
  }
  return {
    count: async (key) => {
      if (limitOf(key) === Number.POSITIVE_INFINITY) return 0
      try {
        await limiterOf(key).consume(key.id)
        return 0
      } catch (rejection) {
        if (rejection instanceof Error) throw rejection
        return Math.max(1, Math.ceil((rejection as RateLimiterRes).msBeforeNext / 1000))
      }
    },
    uncount: async (key) => {
      if (limitOf(key) !== Number.POSITIVE_INFINITY) await limiterOf(key).reward(key.id)
    },
  }
}

function createLimiter(points: number): RateLimiterMemory | RateLimiterCluster {
  const options = { points, duration: 60 }
  // the primary process keeps the counts of limiters apart by their prefix
  if (cluster.isWorker) return new RateLimiterCluster({ ...options, keyPrefix: `requests-${points}` })
  return new RateLimiterMemory(options)
}
