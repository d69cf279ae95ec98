import type { Rating } from './rating.ts'
import { parseTime } from './rating-time.ts'

/**
 * A rating from the texts of its fields, or the reason why they are not valid. Without a `value` the rating is
 * implicit with the value 1; an empty `time` is a missing time.
 */
export function ratingFromFields(
  userId: string | undefined,
  itemId: string | undefined,
  value: string | undefined,
  time: string | undefined,
): Rating | string {
  const flaw = idFlaw('user', userId) ?? idFlaw('item', itemId)
  if (flaw !== undefined) return flaw
  const number = value === undefined ? 1 : parseValue(value)
  if (number === undefined) return 'the value is not a finite number'
  if (time === undefined || time === '') return { userId: userId!, itemId: itemId!, value: number }
  const seconds = parseTime(time)
  if (Number.isNaN(seconds)) return 'the time is neither Unix time nor ISO 8601 between 1970 and 2100'
  return { userId: userId!, itemId: itemId!, value: number, time: seconds }
}

/** Why `id` is not a valid id, if it is not. */
export function idFlaw(kind: 'user' | 'item', id: string | undefined): string | undefined {
  if (id === undefined || id === '') return `the ${kind} id is missing`
  if (id.length > maxIdLength) return `the ${kind} id is longer than ${maxIdLength} characters`
  if (id.includes('\0')) return `the ${kind} id contains U+0000`
  if (id.includes('\uFFFD')) return `the ${kind} id is not valid UTF-8`
  return undefined
}

// Two ids must fit a B-tree entry of 2,704 bytes, at up to three bytes for a UTF-16 unit.
const maxIdLength = 400
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function parseValue(text: string): number | undefined {
  const number = decimal.test(text) ? Number(text) : Number.NaN
  // matrices contain 32-bit floats, in which 1e39 is infinite
  return Number.isFinite(Math.fround(number)) ? number : undefined
}
