// The usual names of columns, without case and punctuation.

/** What a column may be. */
export type Role = 'user' | 'item' | 'value' | 'time' | 'kind'

export const roles: readonly Role[] = ['user', 'item', 'value', 'time', 'kind']

/** The first of `names` that equals one of `candidates` except for case and punctuation. */
export function guess(names: readonly string[], candidates: readonly string[]): string | undefined {
  const plain = names.map(plainName)
  const found = candidates.find((candidate) => plain.includes(candidate))
  return found === undefined ? undefined : names[plain.indexOf(found)]
}

export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** What a column named `name` is likely to be. */
export function likelyRole(name: string): Role | undefined {
  return roles.find((role) => guess([name], usualNames[role]) !== undefined)
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
  // of Amazon's reviews of 2023: the product of which an ASIN is one size or color
  'parentasin',
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

export const usualNames: Readonly<Record<Role, readonly string[]>> = {
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
    'myrating',
    'userrating',
    'value',
    'score',
    'stars',
    'overall',
    'bookrating',
    'weight',
    'count',
    'plays',
    'playcount',
    'quantity',
  ],
  time: [
    'timestamp',
    'time',
    'ratedat',
    'unixtime',
    'unixreviewtime',
    'createdat',
    'datetime',
    'date',
    'dateadded',
  ],
  kind: [
    'kind',
    'event',
    'eventtype',
    'eventname',
    'action',
    'actiontype',
    'behavior',
    'behaviortype',
    'interaction',
    'interactiontype',
  ],
}

/** Whether two fields are usual names of the columns of users and items, in either order, rather than ids. */
export function areColumnNames(user: string | undefined, item: string | undefined): boolean {
  return isNameOfIds(user) && isNameOfIds(item)
}

const namesOfIds = new Set([...usualNames.user, ...usualNames.item])
const maxNameLength = 20

/** Whether a field is a usual name of a column of users or items. */
export function isNameOfIds(text = ''): boolean {
  // most ids are numbers, and every row comes here
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) return false
  return text.length <= maxNameLength && /^\W*\p{L}/u.test(text) && namesOfIds.has(plainName(text))
}
