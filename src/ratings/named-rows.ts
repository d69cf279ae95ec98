// Rows whose columns have names and whose values have types, as in Parquet and in the result of a query.
import { idText, scalarText } from './json-fields.ts'
import type { RatingEvent } from './rating.ts'
import { type ColumnOptions, findColumns, takenOf } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { Parsed, Reading, TakenColumns } from './text-format.ts'

/** The values of a row by the names of their columns. */
export type Row = Readonly<Record<string, unknown>>

/** How rows are parsed, and what their columns are taken for. */
export interface RowParser<T> extends TakenColumns {
  readonly parse: (row: Row) => Parsed<T>
}

/**
 * How rows of ratings are parsed; undefined if a column that is needed or named by an option is missing.
 *
 * @param head the first rows, which decide what the columns are
 * @throws RatingsInputError when it is not certain which column has the values
 */
export function ratingRows(
  names: readonly string[],
  head: readonly Row[],
  options: ColumnOptions,
): RowParser<RatingEvent> | undefined {
  const found = findColumns({ names, sample: (name) => head.map((row) => fieldText(row[name])) }, options)
  if (found === undefined) return undefined
  const { user, item, value, time, kind } = found
  const parseRating = createRatingParser(options)
  return {
    ...takenOf(found, names),
    parse: (row) => {
      const [userId, itemId] = [idOf(row[user]), idOf(row[item])]
      if (userId === undefined) return `the user id is neither text nor an integer below 2^53`
      if (itemId === undefined) return `the item id is neither text nor an integer below 2^53`
      return parseRating(
        userId,
        itemId,
        value === undefined ? undefined : numberOrText(row[value]),
        time === undefined ? undefined : numberOrText(row[time]),
        kind === undefined ? undefined : fieldText(row[kind]),
      )
    },
  }
}

/** Parses a page of rows, of which the first has the number `first`, from 1. */
export function parseRows<T extends object>(
  rows: readonly Row[],
  first: number,
  { parse }: RowParser<T>,
  { malformed, unrated }: Reading,
): T[] {
  const page: T[] = []
  for (const [index, row] of rows.entries()) {
    const value = parse(row)
    if (typeof value === 'string') malformed(first + index, JSON.stringify(row, jsonValue), value)
    else if (value === undefined) unrated()
    else page.push(value)
  }
  return page
}

/** A value as text: a time as ISO 8601, a list separated by bars, and no text for a missing value. */
export function fieldText(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'not a time' : value.toISOString()
  if (Array.isArray(value)) return value.map(fieldText).join('|')
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, jsonValue)
  return scalarText(value)
}

/** No id where the value is missing. */
function idOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return ''
  return typeof value === 'bigint' ? String(value) : idText(value)
}

/** Times become Unix seconds. */
function numberOrText(value: unknown): string | number {
  if (typeof value === 'number') return value
  return value instanceof Date ? value.getTime() / 1000 : fieldText(value).trim()
}

function jsonValue(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
