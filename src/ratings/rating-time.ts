import { isTime } from './limits.ts'

/** The time of a rating as `parseInstant` gives it; NaN also for a time that is more than a day from now. */
export function parseTime(time: string | number): number {
  const seconds = parseInstant(time)
  return isTime(seconds) ? seconds : Number.NaN
}

/**
 * Seconds since 1970 from a time in a file or a request: Unix seconds, Unix milliseconds (from 1e11 on), or an ISO 8601
 * date with or without a time of day; without a zone it is UTC. NaN for anything else, and for a time before 1970 or after
 * 9999.
 */
export function parseInstant(time: string | number): number {
  const seconds = typeof time === 'number' || number.test(time) ? fromUnix(Number(time)) : fromIso(time)
  return seconds >= 0 && seconds < endOf9999 ? seconds : Number.NaN
}

const number = /^\d+(\.\d*)?(e\+?\d+)?$/i
const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/
// In seconds this is the year 5138, in milliseconds 1973.
const leastMilliseconds = 1e11
const endOf9999 = Date.UTC(10_000, 0) / 1000

function fromUnix(count: number): number {
  return count < leastMilliseconds ? count : count / 1000
}

function fromIso(text: string): number {
  const [, date, time = '00:00', hours = '+00', minutes = '00'] = iso.exec(text) ?? []
  const day = Date.parse(date ?? '')
  // Date takes the 30th of February for the 2nd of March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return Number.NaN
  return Date.parse(`${date}T${time}${hours}:${minutes}`) / 1000
}
