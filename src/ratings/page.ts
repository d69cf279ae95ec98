/** Values in the order of their lines. An array is a page. */
export interface Page<T> extends Iterable<T> {
  readonly length: number
  map<U>(convert: (value: T) => U): U[]
}

/** A page that is being read. */
export interface GrowingPage<T> extends Page<T> {
  push(value: T): unknown
}
