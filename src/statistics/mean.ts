/** The arithmetic mean; NaN without values. Unlike that of d3-array it does not skip values that are NaN. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}

export function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let n = 0; n < values.length; n++) total += values[n]!
  return total
}
