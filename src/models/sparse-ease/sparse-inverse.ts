// A sparse factor of the inverse of XᵀX + diag γ, for matrices whose inverse does not fit in memory.
import { setImmediate } from 'node:timers/promises'
import { topItems } from '../../compute/top-items.ts'
import { type CsrMatrix, columnCounts } from '../../interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../interactions/csr/from-entries.ts'
import { renumberColumns } from '../../interactions/csr/select.ts'
import { createGramRows } from '../gram-matrix.ts'
import type { SolveContext } from '../model.ts'
import { createSparseRegression, type SparseRow, sparseRegressionBytes } from './sparse-regression.ts'

/**
 * V, columns × columns, with VᵀV ≈ A⁻¹ for A = XᵀX + diag γ and at most `weightsPerColumn` entries in each row besides the
 * diagonal. In the order of their numbers of users, the regression of each column on those before it has the coefficients w
 * and the residual variance d; row V_i = (e_i − w) / √d. With all coefficients, it is exact: the LDLᵀ decomposition of A⁻¹
 * (Pourahmadi, Biometrika 1999). With some, it is the factorized sparse approximate inverse of Kolotilina and Yeremin, SIAM
 * Journal on Matrix Analysis and Applications 1993. The sparse approximation of the inverse is the idea of SANSA: Spišák et
 * al., "Scalable approximate nonsymmetric autoencoder for collaborative filtering", RecSys 2023.
 *
 * Of each row of A it keeps only the largest cosines, so that memory is linear in the number of columns.
 *
 * @param gamma positive, one for each column
 * @throws the signal's reason when it interrupts the computation
 */
export async function factorizeInverse(
  x: CsrMatrix,
  gamma: Float64Array,
  weightsPerColumn: number,
  { signal, onProgress }: Omit<SolveContext, 'random'> = {},
): Promise<CsrMatrix> {
  const columns = x.columns
  const counts = columnCounts(x)
  const order = Int32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const ranks = new Int32Array(columns)
  order.forEach((column, rank) => {
    ranks[column] = rank
  })
  const ranked = renumberColumns(x, ranks, columns)
  const writeRow = createGramRows(ranked)
  const ridge = Float64Array.from(order, (column) => gamma[column]!)
  const squares = columnSquares(ranked)
  const diagonal = squares.map((square, rank) => square + ridge[rank]!)
  const rows: SparseRow[] = []
  const regress = createSparseRegression(rows, diagonal, ridge, weightsPerColumn)
  const entries: { row: Int32Array; column: Int32Array; values: Float32Array }[] = []
  const scratch = { gram: new Float32Array(columns), cosines: new Float32Array(columns) }
  for (let rank = 0; rank < columns; rank++) {
    if (rank % rowsPerPause === rowsPerPause - 1) {
      onProgress?.(rank / columns)
      await setImmediate() // a signal arrives in between
      signal?.throwIfAborted()
    }
    const row = gramRow(rank, writeRow, diagonal, rowsPerWeight * weightsPerColumn, scratch)
    rows.push(row)
    const { predictors, coefficients, variance } = regress(row, rank)
    const scale = 1 / Math.sqrt(variance)
    entries.push({
      row: new Int32Array(predictors.length + 1).fill(order[rank]!),
      column: Int32Array.of(...predictors.map((predictor) => order[predictor]!), order[rank]!),
      values: Float32Array.of(...coefficients.map((coefficient) => -coefficient * scale), scale),
    })
  }
  return csrFromEntries(columns, columns, joinEntries(entries))
}

/** What `factorizeInverse` needs for its rows of A, its regressions, its result and the result's entries before they are sorted. */
export function sparseInverseBytes(columns: number, weightsPerColumn: number): number {
  const rows = Math.min(Math.max(rowsPerWeight * weightsPerColumn, minRowLength), columns / 2)
  const entries = columns * (8 * rows + 28 * (weightsPerColumn + 1))
  return entries + sparseRegressionBytes(columns, weightsPerColumn)
}

/** Entries of A that are kept for each weight, at least `minRowLength` in a row. */
const rowsPerWeight = 8
const minRowLength = 1000
const rowsPerPause = 256

function gramRow(
  rank: number,
  writeRow: (item: number, row: Float32Array) => void,
  diagonal: Float64Array,
  length: number,
  scratch: { readonly gram: Float32Array; readonly cosines: Float32Array },
): SparseRow {
  const gram = scratch.gram.subarray(0, rank)
  writeRow(rank, gram)
  const cosines = scratch.cosines.subarray(0, rank)
  let size = 0
  for (let other = 0; other < rank; other++) {
    const value = gram[other]!
    cosines[other] = value > 0 ? value / Math.sqrt(diagonal[other]!) : 0
    if (value > 0) size++
  }
  const limit = Math.max(length, minRowLength)
  const indices =
    size > limit ? topItems(cosines, new Int32Array(0), limit).sort() : positionsOfPositives(gram, size)
  return { indices, values: Float32Array.from(indices, (other) => gram[other]!) }
}

function positionsOfPositives(values: Float32Array, count: number): Int32Array {
  const positions = new Int32Array(count)
  for (let n = 0, size = 0; size < count; n++) if (values[n]! > 0) positions[size++] = n
  return positions
}

/** Σ x² of each column. */
function columnSquares({ columns, indices, values }: CsrMatrix): Float64Array {
  const squares = new Float64Array(columns)
  for (let n = 0; n < indices.length; n++) squares[indices[n]!]! += values[n]! ** 2
  return squares
}

function joinEntries(parts: readonly { row: Int32Array; column: Int32Array; values: Float32Array }[]): {
  row: Int32Array
  column: Int32Array
  values: Float32Array
} {
  const size = parts.reduce((sum, { values }) => sum + values.length, 0)
  const joined = { row: new Int32Array(size), column: new Int32Array(size), values: new Float32Array(size) }
  let start = 0
  for (const { row, column, values } of parts) {
    joined.row.set(row, start)
    joined.column.set(column, start)
    joined.values.set(values, start)
    start += values.length
  }
  return joined
}
