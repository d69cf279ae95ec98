import { chiSquareTest } from '../statistics/chi-square-test.ts'

export interface SampleRatio {
  readonly pValue: number
  /** The split is not the one that was meant: whatever else is measured cannot be trusted. */
  readonly alarm: boolean
}

/** In how many sound experiments the check cries wolf. */
export const sampleRatioAlpha = 0.01

/** Whether users came to the variants as their weights foretell. */
export function checkSampleRatio(users: readonly number[], weights: readonly number[]): SampleRatio {
  const { pValue } = chiSquareTest(users, weights)
  return { pValue, alarm: pValue < sampleRatioAlpha }
}
