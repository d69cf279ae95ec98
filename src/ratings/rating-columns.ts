import type { ColumnNames } from './text-format.ts'

/** The names of the columns of a rating; without `value` the ratings are implicit. */
export interface FoundColumns {
  readonly user: string
  readonly item: string
  readonly value: string | undefined
  readonly time: string | undefined
}

/**
 * Finds the columns among `names`: those in `columns` by that name, the others by their usual names; undefined if
 * a column is missing.
 */
export function findColumns(names: readonly string[], columns: ColumnNames): FoundColumns | undefined {
  const find = (column: keyof ColumnNames) =>
    columns[column] === undefined
      ? guess(names, usualNames[column])
      : names.find((name) => name === columns[column])
  const [user, item, value, time] = [find('user'), find('item'), find('value'), find('time')]
  if (user === undefined || item === undefined) return undefined
  if (columns.value !== undefined && value === undefined) return undefined
  if (columns.time !== undefined && time === undefined) return undefined
  return { user, item, value, time }
}

/** The first of `names` that equals one of `candidates` except for case and punctuation. */
export function guess(names: readonly string[], candidates: readonly string[]): string | undefined {
  const plain = names.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
  const found = candidates.find((candidate) => plain.includes(candidate))
  return found === undefined ? undefined : names[plain.indexOf(found)]
}

/** Usual names of a column of item ids. */
export const itemColumnNames = [
  'itemid',
  'item',
  'iid',
  'movieid',
  'movie',
  'productid',
  'product',
  'asin',
  'bookid',
  'isbn',
  'trackid',
  'track',
  'songid',
  'song',
  'artistid',
  'artist',
  'gameid',
  'game',
  'businessid',
]

const usualNames: Readonly<Record<keyof ColumnNames, readonly string[]>> = {
  user: [
    'userid',
    'user',
    'uid',
    'username',
    'customerid',
    'customer',
    'reviewerid',
    'visitorid',
    'memberid',
  ],
  item: itemColumnNames,
  value: [
    'rating',
    'value',
    'score',
    'stars',
    'overall',
    'bookrating',
    'weight',
    'count',
    'plays',
    'playcount',
  ],
  time: ['timestamp', 'time', 'ratedat', 'unixtime', 'unixreviewtime', 'createdat', 'datetime', 'date'],
}
