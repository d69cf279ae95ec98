import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'

/** @throws RangeError when `histories` are not of a model's items. */
export function requireColumns(histories: CsrMatrix, itemCount: number): void {
  if (histories.columns !== itemCount)
    throw new RangeError(`Histories of ${histories.columns} items cannot go into a model of ${itemCount}`)
}
