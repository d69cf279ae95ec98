/**
 * p-values adjusted for being several, in the order given: where the adjusted one is at most α, reject, and the
 * chance of any false rejection is at most α. Holm, A Simple Sequentially Rejective Multiple Test Procedure
 * (Scandinavian Journal of Statistics 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = new Array<number>(pValues.length)
  let largest = 0
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!))
    adjusted[index] = largest
  }
  return adjusted
}
