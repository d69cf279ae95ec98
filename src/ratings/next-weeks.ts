import type { RatingTimes, TimeSpan } from './rating-period.ts'

const daySeconds = 24 * 3600
const weekSeconds = 7 * daySeconds

/** Some weeks of a source. */
export interface Weeks extends TimeSpan {
  /** The number of the last of them, counted from 1. */
  readonly week: number
  /** The number of weeks in the source. */
  readonly weeks: number
}

/** `count` weeks, from the week of the next rating; undefined if there is no next rating. */
export function nextWeeks({ since, until, next }: RatingTimes, count: number): Weeks | undefined {
  if (!Number.isFinite(next)) return undefined
  const start = Math.floor(since / daySeconds) * daySeconds
  const weeks = Math.ceil((until - start) / weekSeconds)
  const from = Math.floor((next - start) / weekSeconds)
  const week = Math.min(weeks, from + count)
  return { week, weeks, since: start + from * weekSeconds, until: start + week * weekSeconds }
}
