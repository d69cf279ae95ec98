import { chiSquareTest } from '../statistics/chi-square-test.ts'

export interface SampleRatio {
  readonly pValue: number
  /** Sample-ratio mismatch: other results of the experiment are unreliable. */
  readonly alarm: boolean
}

/** The false alarm rate of the check. */
export const sampleRatioAlpha = 0.01

/** Chi-square test of the number of users per variant against the weights. */
export function checkSampleRatio(users: readonly number[], weights: readonly number[]): SampleRatio {
  const { pValue } = chiSquareTest(users, weights)
  return { pValue, alarm: pValue < sampleRatioAlpha }
}
