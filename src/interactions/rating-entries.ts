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
  /** The same for all ratings of a page; `users` and `items` are indexed by the numbers of the page. */
  pushPage(page: ColumnPage, users: readonly number[], items: readonly number[]): void
  /** The collected ratings; `push` must not be called afterwards. */
  build(): RatingEntries
}

export function createRatingEntries(): RatingEntriesBuilder {
  let size = 0
  let row = new Int32Array(1 << 16)
  let column = new Int32Array(1 << 16)
  let values = new Float32Array(1 << 16)
  let times: Float64Array | undefined
  const grow = () => {
    row = copyInto(new Int32Array(2 * size), row)
    column = copyInto(new Int32Array(2 * size), column)
    values = copyInto(new Float32Array(2 * size), values)
    if (times !== undefined) times = copyInto(new Float64Array(2 * size), times)
  }
  const push = (user: number, item: number, value: number, time: number) => {
    if (size === values.length) grow()
    if (times === undefined && !Number.isNaN(time))
      times = new Float64Array(values.length).fill(Number.NaN, 0, size)
    row[size] = user
    column[size] = item
    values[size] = value
    if (times !== undefined) times[size] = time
    size++
  }
  return {
    push,
    pushPage: (page, users, items) => {
      for (let n = 0; n < page.length; n++)
        push(users[page.users[n]!]!, items[page.items[n]!]!, page.values[n]!, page.times[n]!)
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
