import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { Random } from '../../random/random.ts'

/** Leaves each entry out with probability `rate` and divides the others by 1 − rate: dropout of a sparse input. */
export function dropEntries(matrix: CsrMatrix, rate: number, random: Random): CsrMatrix {
  if (rate === 0) return matrix
  const kept = filterEntries(matrix, () => random.uniform() >= rate)
  return { ...kept, values: kept.values.map((value) => value / (1 - rate)) }
}
