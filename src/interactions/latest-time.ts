import type { Interactions } from './interactions.ts'

/**
 * The time of the latest rating, rounded up to the millisecond; null where no rating has a time.
 *
 * @param now later times are errors in the data and are ignored
 */
export function latestTime({ times = new Float64Array(0) }: Interactions, now: Date): Date | null {
  const latestPossible = now.getTime() / 1000
  let latest = Number.NEGATIVE_INFINITY
  for (const time of times) if (time > latest && time <= latestPossible) latest = time
  return latest === Number.NEGATIVE_INFINITY ? null : new Date(Math.ceil(latest * 1000))
}
