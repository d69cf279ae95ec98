import type { Matrix } from '../compute/reference.ts'

/** x with A x = b, by Gaussian elimination with pivoting. */
export function solveLinear(a: Matrix, b: readonly number[]): number[] {
  const rows = a.map((row, n) => [...row, b[n]!])
  for (let pivot = 0; pivot < rows.length; pivot++) {
    const largest = rows
      .slice(pivot)
      .reduce((best, row) => (Math.abs(row[pivot]!) > Math.abs(best[pivot]!) ? row : best))
    const at = rows.indexOf(largest)
    rows[at] = rows[pivot]!
    rows[pivot] = largest
    for (const row of rows) {
      const share = row[pivot]! / largest[pivot]!
      if (row !== largest) for (let n = 0; n < row.length; n++) row[n]! -= share * largest[n]!
    }
  }
  return rows.map((row, n) => row.at(-1)! / row[n]!)
}
