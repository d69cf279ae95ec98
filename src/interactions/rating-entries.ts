import type { ColumnPage } from '../ratings/column-page.ts'
import type { Entries } from './csr/from-entries.ts'

/** Ratings as coordinates in the order of reading. */
export interface RatingEntries extends Entries {
  /** Seconds since 1970, NaN for a rating without a time; undefined where no rating has one. */
  readonly times: Float64Array | undefined
}

/** Collects ratings in typed arrays that grow as needed. */
export interface RatingEntriesBuilder {
  /** `time` is NaN for a rating without a time. */
  push(user: number, item: number, value: number, time: number): void
  /** The same for all ratings of a page, by the numbers of its users and items. */
  pushPage(page: ColumnPage): void
  /** The number of ratings. */
  readonly size: number
  /** The collected ratings; `push` must not be called afterwards. */
  build(): RatingEntries
}

export function createRatingEntries(): RatingEntriesBuilder {
  let size = 0
  let row = new Int32Array(1 << 16)
  let column = new Int32Array(1 << 16)
  let values = new Float32Array(1 << 16)
  let times: Float64Array | undefined
  const reserve = (count: number) => {
    if (size + count <= values.length) return
    const length = Math.max(2 * values.length, size + count)
    row = copyInto(new Int32Array(length), row)
    column = copyInto(new Int32Array(length), column)
    values = copyInto(new Float32Array(length), values)
    if (times !== undefined) times = copyInto(new Float64Array(length), times)
  }
  const timesFrom = () => {
    times ??= new Float64Array(values.length).fill(Number.NaN, 0, size)
    return times
  }
  return {
    push: (user, item, value, time) => {
      reserve(1)
      row[size] = user
      column[size] = item
      values[size] = value
      if (times !== undefined || !Number.isNaN(time)) timesFrom()[size] = time
      size++
    },
    pushPage: ({ length, ...page }) => {
      reserve(length)
      row.set(page.users.subarray(0, length), size)
      column.set(page.items.subarray(0, length), size)
      values.set(page.values.subarray(0, length), size)
      const pageTimes = page.times.subarray(0, length)
      if (times !== undefined || !pageTimes.every(Number.isNaN)) timesFrom().set(pageTimes, size)
      size += length
    },
    get size() {
      return size
    },
    build: () => ({
      row: row.subarray(0, size),
      column: column.subarray(0, size),
      values: values.subarray(0, size),
      times: times?.subarray(0, size),
    }),
  }
}

function copyInto<T extends Int32Array | Float32Array | Float64Array>(to: T, from: T): T {
  to.set(from)
  return to
}
