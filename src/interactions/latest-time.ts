import type { Interactions } from './interactions.ts'

/**
 * When the latest rating was given, rounded up to the millisecond; null where no rating has a time.
 *
 * @param now a time later than this is a mistake of whoever noted it, and passed over
 */
export function latestTime({ times = new Float64Array(0) }: Interactions, now: Date): Date | null {
  const soonest = now.getTime() / 1000
  let latest = Number.NEGATIVE_INFINITY
  for (const time of times) if (time > latest && time <= soonest) latest = time
  return latest === Number.NEGATIVE_INFINITY ? null : new Date(Math.ceil(latest * 1000))
}
