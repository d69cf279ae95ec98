export function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let n = 0; n < values.length; n++) total += values[n]!
  return total
}
