import { sum } from './sum.ts'

/** The arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}
