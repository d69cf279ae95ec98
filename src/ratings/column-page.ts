import type { IdTable } from './id-table.ts'
import type { GrowingPage } from './page.ts'
import type { Rating } from './rating.ts'

/** A page of ratings as columns, whose ids are numbers in the tables of the file. */
export class ColumnPage implements GrowingPage<Rating> {
  readonly userIds: IdTable
  readonly itemIds: IdTable
  length = 0
  /** The arrays may be longer than `length`. */
  users: Int32Array
  items: Int32Array
  values: Float64Array
  /** Seconds since 1970; NaN for a rating without a time. */
  times: Float64Array

  /** @param capacity the number of ratings before the page grows, at least 1 */
  constructor(userIds: IdTable, itemIds: IdTable, capacity: number) {
    this.userIds = userIds
    this.itemIds = itemIds
    this.users = new Int32Array(capacity)
    this.items = new Int32Array(capacity)
    this.values = new Float64Array(capacity)
    this.times = new Float64Array(capacity)
  }

  /** Adds a rating by the numbers of its ids; a `time` of NaN is none. */
  add(user: number, item: number, value: number, time: number): void {
    if (this.length === this.users.length) this.grow()
    const n = this.length++
    this.users[n] = user
    this.items[n] = item
    this.values[n] = value
    this.times[n] = time
  }

  push({ userId, itemId, value, time = Number.NaN }: Rating): void {
    this.add(this.userIds.of(userId), this.itemIds.of(itemId), value, time)
  }

  at(n: number): Rating {
    const [userId, itemId] = [this.userIds.ids[this.users[n]!]!, this.itemIds.ids[this.items[n]!]!]
    const [value, time] = [this.values[n]!, this.times[n]!]
    return Number.isNaN(time) ? { userId, itemId, value } : { userId, itemId, value, time }
  }

  *[Symbol.iterator](): Generator<Rating> {
    for (let n = 0; n < this.length; n++) yield this.at(n)
  }

  map<U>(convert: (rating: Rating) => U): U[] {
    return Array.from({ length: this.length }, (_, n) => convert(this.at(n)))
  }

  private grow(): void {
    const size = 2 * this.length
    this.users = copyInto(new Int32Array(size), this.users)
    this.items = copyInto(new Int32Array(size), this.items)
    this.values = copyInto(new Float64Array(size), this.values)
    this.times = copyInto(new Float64Array(size), this.times)
  }
}

function copyInto<T extends Int32Array | Float64Array>(to: T, from: T): T {
  to.set(from)
  return to
}
