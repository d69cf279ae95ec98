import type { Rating } from './rating.ts'
import { type FoundColumns, findColumns } from './rating-columns.ts'
import { ratingFromFields } from './rating-fields.ts'
import { eachLine, type TextFormat } from './text-format.ts'

/** One JSON object a line. Ids are strings or integers, values numbers, times numbers or ISO 8601. */
export const jsonlRatings: TextFormat<Rating> = {
  name: 'JSON lines such as {"userId": "1", "itemId": "2", "rating": 3.5, "timestamp": 1112486027}',
  match: (head, columns) => {
    if (!head[0]?.trimStart().startsWith('{')) return undefined
    const names = new Set(head.flatMap((line) => Object.keys(parseObject(line) ?? {})))
    const found = findColumns([...names], columns)
    return found === undefined ? undefined : eachLine((line) => parseRating(line, found))
  },
}

function parseRating(line: string, { user, item, value, time }: FoundColumns): Rating | string {
  const object = parseObject(line)
  if (object === undefined) return 'not a JSON object'
  const [userId, itemId] = [idText(object[user]), idText(object[item])]
  if (userId === undefined) return 'the user id is neither a string nor an integer below 2^53'
  if (itemId === undefined) return 'the item id is neither a string nor an integer below 2^53'
  const valueText = value === undefined ? undefined : scalarText(object[value])
  return ratingFromFields(
    userId,
    itemId,
    valueText,
    time === undefined ? undefined : scalarText(object[time]),
  )
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function idText(id: unknown): string | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? String(id) : undefined
  if (typeof id !== 'string') return undefined
  // half a surrogate pair becomes U+FFFD, which no id may contain
  return /\p{Surrogate}/u.test(id) ? Buffer.from(id).toString() : id
}

/**
 * A number or string as text, a missing value as empty text, and any other value as a text that is neither a number
 * nor a time.
 */
function scalarText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value)
}
