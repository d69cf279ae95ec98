import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { ApiKey } from './api-keys.ts'

/** Counts a request of a key. Gives the seconds until it may ask again, 0 where it may now. */
export type RequestLimit = (key: Pick<ApiKey, 'id' | 'requestsPerMinute'>) => Promise<number>

/**
 * So many requests a minute and key, or as many as the key has of its own. Counted in this process: with several
 * replicas behind a balancer a key may make as many at each.
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
    } catch (refused) {
      if (refused instanceof Error) throw refused
      return Math.max(1, Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000))
    }
  }
}
