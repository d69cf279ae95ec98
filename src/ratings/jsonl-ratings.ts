import { idText, parseObject, scalarText } from './json-fields.ts'
import type { RatingEvent } from './rating.ts'
import { type ColumnOptions, type FoundColumns, findColumns, takenOf } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import { eachLine, type Match, type TextFormat } from './text-format.ts'
import { likelyRole, type Role } from './usual-columns.ts'

/** One JSON object a line. Ids are strings or integers, values numbers, times numbers or ISO 8601. */
export const jsonlRatings: TextFormat<RatingEvent> = {
  id: 'jsonl',
  name: 'JSON lines such as {"userId": "1", "itemId": "2", "rating": 3.5, "timestamp": 1112486027}',
  dataSets: ['Amazon reviews', 'Yelp', 'Steam reviews'],
  match: (head, options) => {
    if (!head[0]?.trimStart().startsWith('{')) return undefined
    const objects = head.map((line) => parseObject(line) ?? {})
    const names = [...new Set(objects.flatMap(Object.keys))]
    const sample = (name: string) =>
      objects.filter((object) => name in object).map((object) => scalarText(object[name]))
    const found = findColumns({ names, sample }, options)
    return found === undefined ? undefined : matchOf(found, names, options)
  },
}

function matchOf(found: FoundColumns, names: readonly string[], options: ColumnOptions): Match<RatingEvent> {
  const { user, item, value, time, kind } = found
  const parseRating = createRatingParser(options)
  const known = new Set(names)
  const parse = (line: string): RatingEvent | string => {
    const object = parseObject(line)
    if (object === undefined) return 'not a JSON object'
    for (const name of Object.keys(object)) {
      if (known.has(name)) continue
      const role = lateRole(name, found, options)
      if (role !== undefined)
        return `the field ${JSON.stringify(name)} comes after a thousand lines without it; name it with --${role} ${name}`
      if (known.size < maxNames) known.add(name)
    }
    const [userId, itemId] = [idText(object[user]), idText(object[item])]
    if (userId === undefined) return 'the user id is neither a string nor an integer below 2^53'
    if (itemId === undefined) return 'the item id is neither a string nor an integer below 2^53'
    const text = (name: string | undefined) =>
      name === undefined ? undefined : scalarText(object[name]).trim()
    return parseRating(userId, itemId, text(value), text(time), text(kind))
  }
  return { ...takenOf(found, names), read: eachLine(parse) }
}

const maxNames = 10_000

/** What a field is that was not in the first lines, if that would have changed how the lines are read. */
function lateRole(name: string, found: FoundColumns, { implicit }: ColumnOptions): Role | undefined {
  const role = likelyRole(name)
  if (role === undefined || found[role] !== undefined) return undefined
  if (role === 'time') return role
  const isSettled = implicit || found.value !== undefined || found.kind !== undefined
  return isSettled ? undefined : role
}
