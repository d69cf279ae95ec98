import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { confidenceSequence } from '../statistics/confidence-sequence.ts'
import type { Estimate } from '../statistics/estimate.ts'
import type { Interval } from '../statistics/interval.ts'
import { pairedTTest } from '../statistics/paired-t-test.ts'
import { requiredStandardError } from '../statistics/power.ts'
import { relativeDifference } from '../statistics/relative-difference.ts'
import type { Sample } from '../statistics/sample.ts'
import { type TestOfDifference, welchTest } from '../statistics/welch-test.ts'
import type { Definition } from './definition.ts'

/** A treatment compared with the control in one metric. */
export interface Comparison {
  /** In the unit of the metric, by Welch's test; valid for a single look. */
  readonly difference: TestOfDifference
  /** As a share of the control; for interleaving, the preference from −1 to 1. */
  readonly lift: number
  readonly liftError: number
  /** Confidence interval of the lift, valid for a single look at the planned end. */
  readonly fixed: Interval
  /** Confidence sequence of the lift, valid for any number of looks at any time. */
  readonly sequential: Interval
}

export type ComparisonPlan = Pick<Definition, 'confidence' | 'power' | 'minimumDetectableEffect'>

export function compareSamples(control: Sample, treatment: Sample, plan: ComparisonPlan): Comparison {
  return compare(welchTest(control, treatment, plan.confidence), relativeDifference(control, treatment), plan)
}

/** @param preferences mean preference of the treatment over the control: 0 where neither is preferred */
export function comparePreferences(preferences: Sample, plan: ComparisonPlan): Comparison {
  const { effectSize: _, ...difference } = pairedTTest(preferences, plan.confidence)
  return compare(difference, difference, plan)
}

function compare(difference: TestOfDifference, lift: Estimate, plan: ComparisonPlan): Comparison {
  const radius = normalQuantile((1 + plan.confidence) / 2, 0, 1) * lift.standardError
  return {
    difference,
    lift: lift.mean,
    liftError: lift.standardError,
    fixed: { low: lift.mean - radius, high: lift.mean + radius },
    sequential: confidenceSequence(lift, {
      confidence: plan.confidence,
      plannedStandardError: requiredStandardError(plan.minimumDetectableEffect, plan),
    }),
  }
}
