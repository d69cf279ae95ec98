import { mean } from './mean.ts'

/** A number measured on a sample, with the standard error of that measurement (NaN for a sample of one). */
export interface Estimate {
  readonly mean: number
  readonly standardError: number
}

/** The mean of independent values and its standard error s / √n, with s² the unbiased sample variance. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const center = mean(values)
  let squares = 0
  for (let n = 0; n < values.length; n++) squares += (values[n]! - center) ** 2
  return { mean: center, standardError: Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** Whether a value read from JSON is an estimate; JSON has null for NaN. */
export function isEstimate(value: unknown): value is Estimate {
  return typeof value === 'object' && value !== null && 'mean' in value && 'standardError' in value
}
