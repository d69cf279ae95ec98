import gammainc from '@stdlib/math-base-special-gammainc'
import { sum } from './mean.ts'

export interface ChiSquareTest {
  readonly statistic: number
  readonly degreesOfFreedom: number
  readonly pValue: number
}

/**
 * Whether counts fit the expected `shares`, by Pearson's χ². With the users of each variant and the traffic split
 * this is the check for a sample-ratio mismatch of Fabijan et al., Diagnosing Sample Ratio Mismatch in Online
 * Controlled Experiments (KDD 2019).
 *
 * @param shares in any unit: only their proportions count
 * @throws RangeError when the lists differ in length or a share is not positive.
 */
export function chiSquareTest(counts: ArrayLike<number>, shares: ArrayLike<number>): ChiSquareTest {
  if (counts.length !== shares.length || Array.from(shares).some((share) => !(share > 0)))
    throw new RangeError(
      `Each of ${counts.length} counts needs a positive share, got ${Array.from(shares).join(', ')}`,
    )
  const scale = sum(counts) / sum(shares)
  let statistic = 0
  for (let n = 0; n < counts.length; n++)
    if (scale > 0) statistic += (counts[n]! - scale * shares[n]!) ** 2 / (scale * shares[n]!)
  return { statistic, ...upperTail(statistic, counts.length - 1) }
}

/** Whether the rows and columns of a table of counts are independent. */
export function independenceTest(table: readonly (readonly number[])[]): ChiSquareTest {
  const rows = table.map(sum)
  const columns = table[0]!.map((_, c) => sum(table.map((row) => row[c]!)))
  const total = sum(rows)
  let statistic = 0
  for (const [r, row] of table.entries())
    for (const [c, count] of row.entries()) {
      const expected = (rows[r]! * columns[c]!) / total
      if (expected > 0) statistic += (count - expected) ** 2 / expected
    }
  return { statistic, ...upperTail(statistic, (rows.length - 1) * (columns.length - 1)) }
}

/** The regularized upper incomplete gamma function Q(k / 2, χ² / 2); 1 without degrees of freedom. */
function upperTail(statistic: number, degreesOfFreedom: number) {
  const pValue = degreesOfFreedom === 0 ? 1 : gammainc(statistic / 2, degreesOfFreedom / 2, true, true)
  return { degreesOfFreedom, pValue }
}
