import type { RatingEvent } from './rating.ts'
import { type ColumnOptions, nameColumns } from './rating-columns.ts'
import { createRatingParser, type ParseRating } from './rating-fields.ts'
import type { TextFormat, TextReader } from './text-format.ts'

/**
 * The matrices of Jester, jester-data-1 to jester-data-3, saved as CSV: a line for each user with the number of rated
 * jokes, and then 100 or 150 ratings from -10 to 10, where 99 is a joke that was not rated. Jokes have the ids 1 to 100;
 * a user has the name of the file and the number of the line, as in `jester-data-1:17`, since users have no ids.
 *
 *     74,-7.82,8.79,99,…
 *
 * K. Goldberg, T. Roeder, D. Gupta and C. Perkins, Eigentaste: A Constant Time Collaborative Filtering Algorithm
 * (Information Retrieval 2001).
 */
export const jesterRatings: TextFormat<RatingEvent> = {
  id: 'jester',
  name: 'Jester matrix, the number of rated jokes and a rating from -10 to 10 for each joke, where 99 is not rated',
  match: (head, options) => {
    if (nameColumns(options)) return undefined
    const delimiter = [',', ';', '\t'].find((each) => {
      const width = head[0]!.split(each).length
      return (
        width > minJokes && head.filter((line) => isUser(line.split(each), width)).length * 2 > head.length
      )
    })
    if (delimiter === undefined) return undefined
    const width = head[0]!.split(delimiter).length
    return {
      columns: {
        user: 'file and line',
        item: `2 to ${width}`,
        ...(!options.implicit && { value: `2 to ${width}` }),
      },
      ignored: ['1'],
      unrated: '99 means not rated',
      read: createReader(delimiter, width, options),
    }
  },
}

// a short line of numbers could be anything
const minJokes = 50

function isUser(fields: readonly string[], width: number): boolean {
  return fields.length === width && fields.every(isCell) && Number(fields[0]) === countRated(fields)
}

function isCell(field: string): boolean {
  const value = Number(field)
  return field.trim() !== '' && (value === 99 || Math.abs(value) <= 10 || Number.isInteger(value))
}

function countRated([, ...ratings]: readonly string[]): number {
  return ratings.filter((field) => Number(field) !== 99).length
}

function createReader(delimiter: string, width: number, options: ColumnOptions): TextReader<RatingEvent> {
  const parseRating = createRatingParser(options)
  const parseCell: ParseRating = (userId, itemId, value, time) =>
    parseRating(userId, itemId, options.implicit ? undefined : value, time)
  return async function* (blocks, { file, malformed, unrated }) {
    const name = file.replace(/\..*$/, '')
    for await (const { first, lines } of blocks) {
      const page: RatingEvent[] = []
      for (const [index, raw] of lines.entries()) {
        const line = raw.trim()
        if (line === '') continue
        const ratings = parseUser(`${name}:${first + index}`, line.split(delimiter), width, parseCell)
        if (typeof ratings === 'string') malformed(first + index, line, ratings)
        else {
          page.push(...ratings)
          for (let n = ratings.length + 1; n < width; n++) unrated()
        }
      }
      yield page
    }
  }
}

function parseUser(
  userId: string,
  fields: readonly string[],
  width: number,
  parseCell: ParseRating,
): RatingEvent[] | string {
  if (fields.length !== width) return `expected ${width} fields, found ${fields.length}`
  if (Number(fields[0]) !== countRated(fields))
    return `the first field is ${fields[0]}, but the number of rated jokes is ${countRated(fields)}`
  const page: RatingEvent[] = []
  for (let joke = 1; joke < width; joke++) {
    const text = fields[joke]!.trim()
    if (Number(text) === 99) continue
    if (!(Math.abs(Number(text)) <= 10)) return `the rating of joke ${joke} is not a number from -10 to 10`
    const rating = parseCell(userId, String(joke), text, undefined)
    if (typeof rating === 'string') return `joke ${joke}: ${rating}`
    page.push(rating)
  }
  return page
}
