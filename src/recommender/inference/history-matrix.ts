import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { History } from '../history.ts'

/** One row per history, then empty rows up to `minRows`. */
export function toMatrix(histories: readonly History[], columns: number, minRows: number): CsrMatrix {
  const rows = Math.max(histories.length, minRows)
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row]! + (histories[row]?.items.length ?? 0)
  const indices = new Int32Array(offsets[rows]!)
  const values = new Float32Array(indices.length)
  for (const [row, history] of histories.entries()) {
    indices.set(history.items, offsets[row])
    values.set(history.values, offsets[row])
  }
  return { rows, columns, offsets, indices, values }
}
