import type { Sliced } from '../turns.ts'

/** The values in ascending order, by a merge sort that yields between merges of a bounded length. */
export function* sorted<T extends string | number | boolean>(values: readonly T[]): Sliced<T[]> {
  let from: T[] = []
  for (let start = 0; start < values.length; start += runLength) {
    from.push(...values.slice(start, start + runLength).sort(ascending))
    yield
  }
  for (let width = runLength; width < values.length; width *= 2) {
    const to: T[] = []
    for (let start = 0; start < from.length; start += 2 * width)
      yield* merge(
        from,
        start,
        Math.min(start + width, from.length),
        Math.min(start + 2 * width, from.length),
        to,
      )
    from = to
  }
  return from
}

const runLength = 1024

function* merge<T extends string | number | boolean>(
  from: readonly T[],
  start: number,
  middle: number,
  end: number,
  to: T[],
): Sliced<void> {
  let [left, right] = [start, middle]
  while (left < middle || right < end) {
    const isLeft = right === end || (left < middle && from[left]! <= from[right]!)
    to.push(from[isLeft ? left++ : right++]!)
    if (to.length % runLength === 0) yield
  }
}

function ascending<T extends string | number | boolean>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b)
}
