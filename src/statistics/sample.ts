import { mean } from './mean.ts'

/** The moments of a sample that a test of means needs. */
export interface Sample {
  /** The number of units. */
  readonly size: number
  readonly mean: number
  /** The unbiased variance between units. */
  readonly variance: number
}

export function sampleOf(values: ArrayLike<number>): Sample {
  const center = mean(values)
  let squares = 0
  for (let n = 0; n < values.length; n++) squares += (values[n]! - center) ** 2
  return { size: values.length, mean: center, variance: squares / (values.length - 1) }
}
