// Where a product with a sparse matrix is taken densely after all: decided here and nowhere else.
import { debuglog } from 'node:util'

const log = debuglog('palate-compute')

export interface SparseWork {
  readonly rows: number
  readonly columns: number
  readonly entries: number
  /** Numbers that each entry meets. */
  readonly size: number
}

/**
 * Whether a dense product is the quicker one. A dense product does all rows × columns × size products at the rate of
 * ONNX Runtime, a sparse kernel those of the entries alone at about a ninth of that rate (measured on two AVX-512
 * cores, 500 × 3,706 with 600 numbers: 200 against 22 GFLOP/s); scratch space is the dense matrix.
 *
 * Decisions appear with NODE_DEBUG=palate-compute.
 */
export function isDenseQuicker(operation: string, { rows, columns, entries, size }: SparseWork): boolean {
  const density = entries / (rows * columns)
  const dense = density > densityFromWhichDense && rows * columns <= largestScratch && size >= smallestSize
  log('%s %d × %d × %d, density %d: %s', operation, rows, columns, size, density, dense ? 'dense' : 'sparse')
  return dense
}

const densityFromWhichDense = 0.12
/** Numbers; 256 MB. */
const largestScratch = 2 ** 26
/** Below it the zeros written cost more than the products. */
const smallestSize = 16
