import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { ApiKey } from './api-keys.ts'

/** Counts a request of a key. Gives the seconds until the next request is allowed, or 0 if this one is. */
export type RequestLimit = (key: Pick<ApiKey, 'id' | 'requestsPerMinute'>) => Promise<number>

/**
 * Limits each key to `requestsPerMinute`, or to its own limit. Requests are counted in this process, so that the limit
 * applies to each replica behind a load balancer separately.
 */
export function createRequestLimit(requestsPerMinute: number): RequestLimit {
  const limiters = new Map<number, RateLimiterMemory>()
  const limiterOf = (points: number) => {
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: 60 })
    limiters.set(points, limiter)
    return limiter
  }
  return async (key) => {
    try {
      await limiterOf(key.requestsPerMinute ?? requestsPerMinute).consume(key.id)
      return 0
    } catch (rejection) {
      if (rejection instanceof Error) throw rejection
      return Math.max(1, Math.ceil((rejection as RateLimiterRes).msBeforeNext / 1000))
    }
  }
}
