// What an experiment has shown so far: checks first, then metrics, then one sentence.

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
    /** All variants serve the same: whatever differs is chance. */
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
  /** About how many more days it takes; null where more do not help. */
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
  /** With what is known from before the start taken out, where that helps; of an interleaved experiment the preference. */
  readonly comparison: Comparison
  /** How much of the variance that left. */
  readonly varianceRatio: number
  /** Of the fixed test, adjusted by Holm for all metrics and treatments. */
  readonly adjustedPValue: number
  /** How sure the fixed test is to find the smallest effect worth finding, with the users so far. */
  readonly power: number
  /** The lift as it stood at the end of each day. */
  readonly overTime: readonly LiftAt[]
  /** The lift of each day alone: a lift that fades is the charm of the new. */
  readonly byDay: readonly { readonly day: number; readonly lift: number; readonly liftError: number }[]
  /** Exploratory: found by looking, not by plan. */
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
