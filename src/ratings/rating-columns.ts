// Which column of a file with named columns holds what.
import type { ColumnNames } from './text-format.ts'

/** The names of the columns that hold a rating; where `value` is absent the ratings are implicit. */
export interface FoundColumns {
  readonly user: string
  readonly item: string
  readonly value: string | undefined
  readonly time: string | undefined
}

/**
 * Finds the columns among `names`: those asked for by name, the others by custom; undefined if one is not
 * there.
 */
export function findColumns(names: readonly string[], asked: ColumnNames): FoundColumns | undefined {
  const find = (column: keyof ColumnNames) =>
    asked[column] === undefined
      ? guess(names, customary[column])
      : names.find((name) => name === asked[column])
  const [user, item, value, time] = [find('user'), find('item'), find('value'), find('time')]
  if (user === undefined || item === undefined) return undefined
  if (asked.value !== undefined && value === undefined) return undefined
  if (asked.time !== undefined && time === undefined) return undefined
  return { user, item, value, time }
}

/** Finds the first of `names` that is one of `candidates` but for case and punctuation. */
export function guess(names: readonly string[], candidates: readonly string[]): string | undefined {
  const plain = names.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
  const found = candidates.find((candidate) => plain.includes(candidate))
  return found === undefined ? undefined : names[plain.indexOf(found)]
}

/** What a column of item ids is called. */
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

const customary: Readonly<Record<keyof ColumnNames, readonly string[]>> = {
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
