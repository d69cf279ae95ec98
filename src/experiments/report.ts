// The report of an experiment as plain data.

import type { Comparison } from './compare-samples.ts'
import type { Definition, Metric } from './definition.ts'
import type { Experiment } from './experiment.ts'
import type { ExposureFlow } from './outcome-log.ts'
import type { SampleRatio } from './sample-ratio.ts'

export interface ExperimentReport {
  readonly experiment: Pick<
    Definition,
    'name' | 'hypothesis' | 'mode' | 'confidence' | 'minimumDetectableEffect'
  > & {
    readonly status: Experiment['status']
    readonly variants: Definition['variants']
    /** An A/A test: all variants serve the same. */
    readonly aa: boolean
    readonly startedAt: Date
    readonly asOf: Date
    readonly daysPlanned: number
    readonly daysRun: number
  }
  readonly verdict: Verdict
  readonly flow: ExposureFlow & { readonly sampleRatio: SampleRatio | null }
  /** The primary metric first, then the guardrails. */
  readonly metrics: readonly MetricReport[]
}

export interface Verdict {
  readonly decision: 'better' | 'worse' | 'no-difference' | 'not-yet' | 'untrusted' | 'stop'
  /** One sentence. */
  readonly text: string
  /** Estimated number of further days; null if more days do not help. */
  readonly remainingDays: number | null
}

export interface MetricReport {
  readonly metric: Metric
  readonly role: 'primary' | 'guardrail'
  readonly variants: readonly VariantOutcome[]
  /** Each treatment against the control. */
  readonly treatments: readonly TreatmentReport[]
}

export interface VariantOutcome {
  readonly variant: string
  readonly users: number
  readonly value: number
  readonly standardError: number
}

export interface TreatmentReport {
  readonly variant: string
  /** Adjusted by CUPED where that helps; for interleaving, the preference. */
  readonly comparison: Comparison
  /** Variance after CUPED as a share of the variance before. */
  readonly varianceRatio: number
  /** P-value of the fixed-horizon test, adjusted by Holm over all metrics and treatments. */
  readonly adjustedPValue: number
  /** Power of the fixed-horizon test for the minimum detectable effect, with the current users. */
  readonly power: number
  /** Cumulative lift at the end of each day. */
  readonly overTime: readonly LiftAt[]
  /** Lift of each single day; a decreasing lift suggests a novelty effect. */
  readonly byDay: readonly { readonly day: number; readonly lift: number; readonly liftError: number }[]
  /** Exploratory. */
  readonly segments: readonly {
    readonly segment: string
    readonly users: number
    readonly lift: number
    readonly liftError: number
  }[]
}

export interface LiftAt {
  readonly day: number
  readonly lift: number
  readonly low: number
  readonly high: number
}
