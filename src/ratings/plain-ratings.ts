// The fast path for lines without quotes, which most are: their characters are read once, numbers are computed from
// them, and each id becomes a number. All other lines are left to the general parser.
import { ColumnPage } from './column-page.ts'
import type { PlainParser } from './csv-table.ts'
import { createIdTable, maxNumber } from './id-table.ts'
import { isValue, latestTime } from './limits.ts'
import type { Rating } from './rating.ts'

/** The columns by their numbers, from 0; -1 for a column that there is not. */
export interface PlainColumns {
  readonly user: number
  readonly item: number
  readonly value: number
  readonly time: number
}

interface PlainLines {
  readonly delimiter: string
  /** The number of columns. */
  readonly width: number
  readonly columns: PlainColumns
  /** Whether an id may be the name of a column, as in a header that is repeated. */
  readonly isName: (id: string) => boolean
}

/** A parser of lines of ASCII without spaces, with decimal numbers and whole Unix times. */
export function createPlainParser({
  delimiter,
  width,
  columns,
  isName,
}: PlainLines): PlainParser<Rating, ColumnPage> {
  const { user, item, value, time } = columns
  const [code, gap] = [delimiter.charCodeAt(0), delimiter.length]
  const [users, items] = [createIdTable(isName), createIdTable(isName)]
  const latest = latestTime()
  const number = new NumberReader()
  const parse = (bytes: Uint8Array, start: number, end: number, page: ColumnPage): boolean => {
    let at = start
    let userId = -1
    let itemId = -1
    let rating = 1
    let seconds = Number.NaN
    for (let column = 0; column < width; column++) {
      if (column > 0) {
        if (bytes[at] !== code || (gap === 2 && bytes[at + 1] !== code)) return false
        at += gap
      }
      if (column === value) {
        at = number.readDecimal(bytes, at, end)
        rating = number.value
        if (at < 0 || !isValue(rating)) return false
      } else if (column === time) {
        if (at === end || bytes[at] === code) continue
        at = number.readWhole(bytes, at, end)
        if (at < 0) return false
        seconds = number.value < leastMilliseconds ? number.value : number.value / 1000
        if (seconds > latest) return false
      } else {
        const from = at
        let hash = 0
        let digits = 0
        let isNumber = bytes[at] !== zero
        for (; at < end; at++) {
          const byte = bytes[at]!
          if (byte === code) break
          if (byte <= space || byte > lastPlain) return false
          hash = (Math.imul(hash, 31) + byte) | 0
          digits = 10 * digits + byte - zero
          if (byte < zero || byte > nine) isNumber = false
        }
        if (column !== user && column !== item) continue
        const ids = column === user ? users : items
        const id =
          isNumber && at > from && digits < maxNumber
            ? ids.ofNumber(digits)
            : ids.ofText(bytes, from, at, hash)
        if (column === user) userId = id
        else itemId = id
      }
    }
    if (at !== end || userId < 0 || itemId < 0) return false
    page.add(userId, itemId, rating, seconds)
    return true
  }
  let page = new ColumnPage(users, items, minRoom)
  const newPage = () => {
    // pages of one file are about equally long
    page = new ColumnPage(users, items, Math.max(minRoom, Math.ceil(1.1 * page.length)))
    return page
  }
  return { newPage, parse }
}

const minRoom = 1 << 8
/** As in rating-time.ts. */
const leastMilliseconds = 1e11
const space = 32
const lastPlain = 126

/** The methods return the place after a number, or -1, and leave the number in `value`. */
class NumberReader {
  value = 0

  /** Digits with or without a sign and a point, of 15 digits at most, so that the quotient is the nearest number. */
  readDecimal(bytes: Uint8Array, start: number, end: number): number {
    const isNegative = bytes[start] === minus
    const first = isNegative ? start + 1 : start
    let at = first
    let digits = 0
    let point = -1
    for (; at < end; at++) {
      const digit = bytes[at]! - zero
      if (digit >= 0 && digit <= 9) digits = 10 * digits + digit
      else if (bytes[at] === dot && point < 0) point = at
      else break
    }
    const count = point < 0 ? at - first : at - first - 1
    if (count === 0 || count > maxDigits) return -1
    const value = point < 0 ? digits : digits / powersOfTen[at - point - 1]!
    this.value = isNegative ? -value : value
    return at
  }

  readWhole(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    let value = 0
    for (; at < end; at++) {
      const digit = bytes[at]! - zero
      if (digit < 0 || digit > 9) break
      value = 10 * value + digit
    }
    if (at === start || at - start > maxDigits) return -1
    this.value = value
    return at
  }
}

const maxDigits = 15
const minus = 45
const dot = 46
const zero = 48
const nine = 57
const powersOfTen = Array.from({ length: maxDigits + 1 }, (_, n) => 10 ** n)
