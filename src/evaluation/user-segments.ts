import { type CsrMatrix, columnCounts, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import type { HeldOut } from '../splits/split.ts'
import { mean } from '../statistics/mean.ts'

/** Some of the users judged. */
export interface UserSegment {
  readonly name: string
  /** Places in the list of users judged. */
  readonly users: readonly number[]
}

/**
 * Thirds of the judged users: by the length of their history, and by how popular what they are to be shown is.
 *
 * @param rows of the users judged in `heldOut`
 * @param train users × items
 */
export function userSegments(heldOut: HeldOut, rows: Int32Array, train: CsrMatrix): UserSegment[] {
  const counts = columnCounts(train)
  const activity = Array.from(rows, (row) => rowLength(heldOut.histories, row))
  const taste = Array.from(rows, (row) =>
    mean(Array.from(rowIndices(heldOut.targets, row), (item) => counts[item]!)),
  )
  return [
    ...thirds(activity, ['shortest histories', 'middling histories', 'longest histories']),
    ...thirds(taste, ['rarest tastes', 'middling tastes', 'most popular tastes']),
  ]
}

function thirds(values: readonly number[], names: readonly [string, string, string]): UserSegment[] {
  const order = values.map((_, user) => user).sort((a, b) => values[a]! - values[b]! || a - b)
  return names.map((name, third) => ({
    name,
    users: order.slice(Math.round((third * order.length) / 3), Math.round(((third + 1) * order.length) / 3)),
  }))
}
