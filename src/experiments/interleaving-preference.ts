import { pairedTTest } from '../statistics/paired-t-test.ts'
import type { Sample } from '../statistics/sample.ts'

/** Which of two variants users prefer when both share one list. */
export interface InterleavingPreference {
  /** From −1 (always the control) to 1 (always the treatment), with its interval and two-sided p-value. */
  readonly mean: number
  readonly standardError: number
  readonly low: number
  readonly high: number
  readonly pValue: number
}

/**
 * What one list says: 1 where the treatment's items earned more, −1 where the control's did, 0 for a tie. A user
 * counts with the mean over the user's lists that earned anything, so that users are the units and are independent:
 * Chapelle, Joachims, Radlinski and Yue, Large-Scale Validation and Analysis of Interleaved Search Evaluation (TOIS
 * 2012), section 4.3.
 */
export function preferenceOfList(controlCredit: number, treatmentCredit: number): -1 | 0 | 1 {
  if (controlCredit === treatmentCredit) return 0
  return treatmentCredit > controlCredit ? 1 : -1
}

/** @param users one mean preference a user */
export function interleavingPreference(users: Sample, confidence = 0.95): InterleavingPreference {
  const { mean, standardError, low, high, pValue } = pairedTTest(users, confidence)
  return { mean, standardError, low, high, pValue }
}
