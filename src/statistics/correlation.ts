import { mean } from './mean.ts'

/**
 * Pearson's correlation of two measurements of the same units in the same order; 0 where one of them never varies.
 *
 * @throws RangeError when the two differ in length
 */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`Correlation needs two lists of one length, not ${a.length} and ${b.length} values`)
  const [centerA, centerB] = [mean(a), mean(b)]
  let [both, squaresA, squaresB] = [0, 0, 0]
  for (let n = 0; n < a.length; n++) {
    const [fromA, fromB] = [a[n]! - centerA, b[n]! - centerB]
    both += fromA * fromB
    squaresA += fromA * fromA
    squaresB += fromB * fromB
  }
  return squaresA === 0 || squaresB === 0 ? 0 : both / Math.sqrt(squaresA * squaresB)
}
