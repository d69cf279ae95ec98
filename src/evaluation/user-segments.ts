import { type CsrMatrix, columnCounts, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import type { HeldOut } from '../splits/split.ts'
import { mean } from '../statistics/mean.ts'

/** Some of the evaluated users. */
export interface UserSegment {
  readonly name: string
  /** Positions in the list of evaluated users. */
  readonly users: readonly number[]
}

/**
 * Thirds of the evaluated users: by the length of their history, and by the mean popularity of their targets.
 *
 * @param rows of the evaluated users in `heldOut`
 * @param train users × items
 */
export function userSegments(heldOut: HeldOut, rows: Int32Array, train: CsrMatrix): UserSegment[] {
  const counts = columnCounts(train)
  const activity = Array.from(rows, (row) => rowLength(heldOut.histories, row))
  const popularity = Array.from(rows, (row) =>
    mean(Array.from(rowIndices(heldOut.targets, row), (item) => counts[item]!)),
  )
  return [
    ...thirds(activity, ['shortest histories', 'medium histories', 'longest histories']),
    ...thirds(popularity, ['rarest targets', 'medium targets', 'most popular targets']),
  ]
}

function thirds(values: readonly number[], names: readonly [string, string, string]): UserSegment[] {
  const order = values.map((_, user) => user).sort((a, b) => values[a]! - values[b]! || a - b)
  return names.map((name, third) => ({
    name,
    users: order.slice(Math.round((third * order.length) / 3), Math.round(((third + 1) * order.length) / 3)),
  }))
}
