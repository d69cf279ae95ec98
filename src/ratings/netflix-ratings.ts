import type { RatingEvent } from './rating.ts'
import { type ColumnOptions, nameColumns } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { TextFormat, TextReader } from './text-format.ts'

/**
 * The ratings of the Netflix Prize, combined_data_1.txt to combined_data_4.txt or mv_0000001.txt to mv_0017770.txt: a
 * line with a movie and a colon, and then a line `user,rating,date` for each rating of this movie.
 *
 *     17:
 *     1488844,3,2005-09-06
 *
 * J. Bennett and S. Lanning, The Netflix Prize (KDD Cup 2007).
 */
export const netflixRatings: TextFormat<RatingEvent> = {
  id: 'netflix',
  name: 'Netflix Prize, a line such as 17: for a movie and lines user,rating,date below it',
  match: (head, options) => {
    const isRating = (line: string) => movie.test(line) || rating.test(line)
    if (nameColumns(options) || !movie.test(head[0]!)) return undefined
    if (head.filter(isRating).length * 2 <= head.length) return undefined
    const value = options.implicit ? {} : { value: '2' }
    return {
      columns: { user: '1', item: 'the line above, such as 17:', ...value, time: '3' },
      ignored: options.implicit ? ['2'] : [],
      read: createReader(options),
    }
  },
}

const movie = /^\d+:$/
const rating = /^\d+,\d+,\d{4}-\d\d-\d\d$/

function createReader(options: ColumnOptions): TextReader<RatingEvent> {
  const parseRating = createRatingParser(options)
  return async function* (blocks, { malformed }) {
    let itemId: string | undefined
    for await (const { first, lines } of blocks) {
      const page: RatingEvent[] = []
      for (const [index, raw] of lines.entries()) {
        const line = raw.trim()
        if (line === '') continue
        if (line.endsWith(':') && !line.includes(',')) {
          itemId = line.slice(0, -1)
          continue
        }
        const [userId, value, time, ...others] = line.split(',')
        // the ratings below an unreadable movie are not those of the movie above it
        if (time === undefined || others.length > 0) malformed(first + index, line, noRating, true)
        const parsed = parseRating(userId, itemId, options.implicit ? undefined : value, time)
        if (typeof parsed === 'string') malformed(first + index, line, parsed)
        else page.push(parsed)
      }
      yield page
    }
  }
}

const noRating =
  'neither a movie such as 17: nor a rating such as 1488844,3,2005-09-06, so that the lines below may be of another movie'
