import { readTable } from './csv-table.ts'
import type { RatingEvent } from './rating.ts'
import { nameColumns } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { TextFormat } from './text-format.ts'

/**
 * The ratings of Amazon without column names. Those of 2014 start with the user, `A2CX7LUOHB2NDG,0321732944,5.0,1341100800`,
 * those of 2018 with the item, `0321732944,A2CX7LUOHB2NDG,5.0,1341100800`; the ids tell which.
 *
 * R. He and J. McAuley, Ups and Downs (WWW 2016); J. Ni, J. Li and J. McAuley, Justifying Recommendations Using
 * Distantly-Labeled Reviews and Fine-Grained Aspects (EMNLP 2019).
 */
export const amazonRatings: TextFormat<RatingEvent> = {
  id: 'amazon',
  name: 'Amazon ratings of 2014 (user,item,rating,timestamp) or 2018 (item,user,rating,timestamp), without column names',
  match: (head, options) => {
    if (nameColumns(options)) return undefined
    const order = orders.find(({ line }) => head.filter((text) => line.test(text)).length * 2 > head.length)
    if (order === undefined) return undefined
    const { user, item } = order
    const parseRating = createRatingParser(options)
    const parse = (fields: readonly string[]) =>
      parseRating(fields[user - 1], fields[item - 1], options.implicit ? undefined : fields[2], fields[3])
    return {
      columns: { user: `${user}`, item: `${item}`, ...(!options.implicit && { value: '3' }), time: '4' },
      ignored: options.implicit ? ['3'] : [],
      read: readTable({ delimiter: ',', isQuoted: true }, { width: 4, parse }),
    }
  },
}

// ids of users start with an A; those of products are ISBNs, or start with a B
const userId = 'A[0-9A-Z]{9,}'
const itemId = '(?:\\d{9}[\\dX]|B[0-9A-Z]{9})'
const rest = '[1-5](?:\\.0)?,\\d{9,10}'
const orders = [
  { user: 1, item: 2, line: new RegExp(`^${userId},${itemId},${rest}$`) },
  { user: 2, item: 1, line: new RegExp(`^${itemId},${userId},${rest}$`) },
]
