// Tables without column names: user, item, rating and optionally a time, in this order, or in one that options name by
// the numbers of the columns.
import { splitRecord } from './csv-records.ts'
import { dialectOf, readTable, sampler } from './csv-table.ts'
import { RatingsInputError } from './malformed-lines.ts'
import { createPlainParser } from './plain-ratings.ts'
import type { RatingEvent } from './rating.ts'
import {
  areUnixTimes,
  type ColumnOptions,
  type FoundColumns,
  nameColumns,
  takenOf,
} from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import { mostLinesParse, type TextFormat } from './text-format.ts'
import { areColumnNames, isNameOfIds } from './usual-columns.ts'

/** `user::item::rating[::time]`, as in MovieLens 1M and 10M. */
export const doubleColonRatings = inFixedOrder({
  id: 'movielens-1m',
  name: 'MovieLens ratings.dat, user::item::rating[::time]',
  delimiter: '::',
})

/** `user TAB item TAB rating [TAB time]`, as in MovieLens 100K. */
export const tabRatings = inFixedOrder({
  id: 'movielens-100k',
  name: 'MovieLens u.data, user, item, rating[, time], separated by tabs',
  delimiter: '\t',
})

/** `user item rating [time]` separated by spaces, as in many published splits. */
export const spaceRatings = inFixedOrder({
  id: 'spaces',
  name: 'Ratings, user item rating[ time], separated by spaces',
  delimiter: ' ',
})

/** Columns that the options name by their numbers, separated by any of these. */
export const numberedRatings: TextFormat<RatingEvent> = {
  id: 'table',
  name: 'A table without column names, by the numbers of its columns: --user 1 --item 2 --value 3 --time 4',
  match: (head, options) => {
    if (!areNumbered(options)) return undefined
    const delimiter = ['::', '\t', ',', ';', '|', ' '].find(
      (each) => widthOf(head, each) >= highestNumber(options),
    )
    if (delimiter === undefined) return undefined
    return matchOf(head, delimiter, options, options)
  },
}

interface FixedOrder {
  readonly id: string
  readonly name: string
  readonly delimiter: string
}

function inFixedOrder({ id, name, delimiter }: FixedOrder): TextFormat<RatingEvent> {
  return {
    id,
    name,
    match: (head, options) => {
      if (nameColumns(options) || options.implicit) return undefined
      const width = widthOf(head, delimiter)
      if (width !== 3 && width !== 4) return undefined
      const parse = createRatingParser(options)
      const parseLine = (line: string) => {
        const [user, item, value, time] = line.split(delimiter).map((field) => field.trim())
        return parse(user, item, value, time)
      }
      const sample = sampler(head, dialectOf(head[0]!, delimiter), width)
      refuseTimes(sample(2))
      if (!mostLinesParse(head, parseLine)) return undefined
      requireTimes(sample(3))
      const order = { user: '1', item: '2', value: '3', ...(width === 4 && { time: '4' }) }
      return matchOf(head, delimiter, order, options)
    },
  }
}

function matchOf(
  head: readonly string[],
  delimiter: string,
  { user, item, value, time, kind }: ColumnOptions,
  options: ColumnOptions,
) {
  const width = widthOf(head, delimiter)
  const found: FoundColumns = { user: user!, item: item!, value, time, kind }
  const names = Array.from({ length: width }, (_, column) => String(column + 1))
  const parseRating = createRatingParser(options)
  const field = (fields: readonly string[], column: string | undefined) =>
    column === undefined ? undefined : fields[Number(column) - 1]
  const parse = (fields: readonly string[]) =>
    parseRating(
      field(fields, user),
      field(fields, item),
      field(fields, value)?.trim(),
      field(fields, time)?.trim(),
      field(fields, kind),
    )
  const column = (name: string | undefined) => (name === undefined ? -1 : Number(name) - 1)
  const columns = { user: column(user), item: column(item), value: column(value), time: column(time) }
  const isPlain = kind === undefined && (delimiter.length === 1 || delimiter === '::')
  const plain = isPlain ? createPlainParser({ delimiter, width, columns, isName: isNameOfIds }) : undefined
  const isHeader = (fields: readonly string[]) => areColumnNames(field(fields, user), field(fields, item))
  const dialect = dialectOf(head[0]!, delimiter)
  return { ...takenOf(found, names), read: readTable(dialect, { width, parse, plain, isHeader }) }
}

/** @throws RatingsInputError when the column of values has times */
function refuseTimes(values: readonly string[]): void {
  if (areUnixTimes(values))
    throw new RatingsInputError(
      `Column 3 looks like times (${values.slice(0, 3).join(', ')}). --user 1 --item 2 --time 3 reads them as times.`,
    )
}

/** @throws RatingsInputError when the column of times has none */
function requireTimes(times: readonly string[]): void {
  const given = times.filter((time) => time !== undefined && time !== '')
  if (given.length > 0 && !given.some((time) => /^\d{4}-/.test(time) || areUnixTimes([time])))
    throw new RatingsInputError(
      `Column 4 does not look like times (${given.slice(0, 3).join(', ')}). --user 1 --item 2 --value 3 --time 4 reads them as times; without --time it is not read.`,
    )
}

/** The number of fields of most lines. */
function widthOf(head: readonly string[], delimiter: string): number {
  const counts = new Map<number, number>()
  for (const line of head) {
    const record = splitRecord(line, dialectOf(head[0]!, delimiter))
    const width = 'fields' in record ? record.fields.length : 0
    counts.set(width, (counts.get(width) ?? 0) + 1)
  }
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0]
}

function areNumbered({ user, item, value, time, kind }: ColumnOptions): boolean {
  const given = [user, item, value, time, kind].filter((option) => option !== undefined)
  return user !== undefined && item !== undefined && given.every((option) => /^[1-9]\d?$/.test(option))
}

function highestNumber({ user, item, value, time, kind }: ColumnOptions): number {
  return Math.max(...[user, item, value, time, kind].map((option) => Number(option ?? 0)))
}
