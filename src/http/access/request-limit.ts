import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { ApiKey } from './api-keys.ts'

type LimitedKey = Pick<ApiKey, 'id' | 'requestsPerMinute'>

export interface RequestLimit {
  /** Counts a request of a key. Gives the seconds until the next request is allowed, or 0 if this one is. */
  count(key: LimitedKey): Promise<number>
  /** Takes back the count of a request. */
  uncount(key: LimitedKey): Promise<void>
}

/**
 * Limits each key to `requestsPerMinute`, or to its own limit. Requests are counted in this process, so that the limit
 * applies to each replica behind a load balancer separately.
 */
export function createRequestLimit(requestsPerMinute: number): RequestLimit {
  const limiters = new Map<number, RateLimiterMemory>()
  const limitOf = (key: LimitedKey) => key.requestsPerMinute ?? requestsPerMinute
  const limiterOf = (key: LimitedKey) => {
    const points = limitOf(key)
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: 60 })
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
