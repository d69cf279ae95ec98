import type { Rating } from './rating.ts'
import { areUnixTimes, nameColumns } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { TextFormat, TextReader } from './text-format.ts'

/**
 * A user and then all items of that user, separated by spaces: `0 13 7 51`, as in the splits of Gowalla, Yelp2018 and
 * Amazon-Book that LightGCN published. Every item has the value 1; a user without items has no rating.
 */
export const adjacencyRatings: TextFormat<Rating> = {
  id: 'lists',
  name: 'Lists of items, user item item …, separated by spaces, a line for each user',
  dataSets: ['Gowalla, Yelp2018 and Amazon-Book of LightGCN'],
  match: (head, options) => {
    if (nameColumns(options) || !isAdjacency(head)) return undefined
    return { columns: { user: '1', item: '2 and later' }, ignored: [], read: readAdjacency }
  },
}

/**
 * Whole numbers with distinct first fields; if all lines have three fields, or four, or the fourth ones are times, they are
 * more likely single ratings.
 */
function isAdjacency(head: readonly string[]): boolean {
  const lines = head.map(fieldsOf)
  const users = new Set(lines.map(([user]) => user))
  const fourth = lines.flatMap((fields) => fields[3] ?? [])
  const haveTimes = lines.every(({ length }) => length === 3 || length === 4) && areUnixTimes(fourth)
  return (
    users.size === lines.length &&
    !haveTimes &&
    lines.every((fields) => fields.every((field) => /^\d+$/.test(field))) &&
    lines.some(({ length }) => length !== lines[0]!.length || length < 3 || length > 4)
  )
}

const parseRating = createRatingParser({})

const readAdjacency: TextReader<Rating> = async function* (blocks, { malformed }) {
  for await (const { first, lines } of blocks) {
    const page: Rating[] = []
    for (const [index, line] of lines.entries()) {
      const [user, ...items] = fieldsOf(line)
      for (const item of items) {
        const rating = parseRating(user, item, undefined, undefined)
        if (typeof rating !== 'string') page.push(rating)
        else {
          malformed(first + index, line, rating)
          break
        }
      }
    }
    yield page
  }
}

function fieldsOf(line: string): string[] {
  return line
    .trim()
    .split(' ')
    .filter((field) => field !== '')
}
