import type { RatingTimes, TimeSpan } from '../../src/ratings/rating-period.ts'

const daySeconds = 24 * 3600
const weekSeconds = 7 * daySeconds

/** Some weeks of a source. */
export interface Weeks extends TimeSpan {
  /** The last of them, counted from one, and how many the source has. */
  readonly week: number
  readonly weeks: number
}

/** As many weeks as asked for, from the one with the next rating on; undefined where none is left. */
export function nextWeeks({ since, until, next }: RatingTimes, count: number): Weeks | undefined {
  if (!Number.isFinite(next)) return undefined
  const start = Math.floor(since / daySeconds) * daySeconds
  const weeks = Math.ceil((until - start) / weekSeconds)
  const from = Math.floor((next - start) / weekSeconds)
  const week = Math.min(weeks, from + count)
  return { week, weeks, since: start + from * weekSeconds, until: start + week * weekSeconds }
}
