// All that a retraining reports, as plain data: it lies in Postgres as JSON, and the page is drawn from it alone.
import type { BeyondAccuracy } from '../evaluation/beyond-accuracy.ts'
import type { RankingMetric } from '../evaluation/metric.ts'
import type { EpochReport } from '../training/fit.ts'
import type { RetrainingConfig } from './config.ts'
import type { DataCheck } from './data/data-checks.ts'
import type { Snapshot } from './data/snapshot.ts'

/** `kept` means that no champion changed, `stopped` that nothing was trained. */
export type Outcome = 'promoted' | 'kept' | 'stopped'

export interface RetrainingResult {
  readonly runId: string
  readonly outcome: Outcome
  /** In a sentence. */
  readonly reason: string
  /** ISO 8601, as all times of a result. */
  readonly startedAt: string
  readonly finishedAt: string
  /** Who started it. */
  readonly by: string
  readonly backend: string
  readonly config: RetrainingConfig
  readonly cold: boolean
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  /** Who judged; null where nothing was trained. */
  readonly period: Period | null
  readonly candidates: readonly CandidateResult[]
  readonly baselines: readonly BaselineResult[]
  /** Ten of the judging users and what they are shown. */
  readonly examples: readonly UserExample[]
  /** What took how long, in the order in which it was done. */
  readonly timings: readonly Timing[]
}

/** The time whose ratings judge: later than all that any champion learned from. */
export interface Period {
  readonly since: string
  readonly until: string
  /** Who judged, and by how many ratings. */
  readonly users: number
  readonly targets: number
  readonly validationUsers: number
}

/** What became of a variant. */
export interface CandidateResult {
  readonly variant: string
  readonly model: string
  /** Null where training failed. */
  readonly version: number | null
  readonly training: TrainedVariant | null
  /** Its judgement on the period's users. */
  readonly figures: Figures | null
  /** The champion it was to replace, judged on the same users; null where there was none. */
  readonly champion: { readonly version: number; readonly figures: Figures } | null
  readonly gate: GateResult | null
  readonly promoted: boolean
  /** Why training failed; null where it did not. */
  readonly error: string | null
}

/** What training alone can tell. */
export interface TrainedVariant {
  readonly version: number
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The version whose weights it started from; null where it started over. */
  readonly warmFrom: number | null
  /** Why it did not start warm; null where it did. */
  readonly coldReason: string | null
  /** Epochs done, and the one whose weights are kept; 0 for a model computed at once. */
  readonly epochs: number
  readonly bestEpoch: number
  readonly curve: readonly EpochReport[]
  readonly seconds: number
}

export interface BaselineResult {
  readonly model: string
  readonly figures: Figures
}

/** How good a model is for the judging users. */
export interface Figures extends BeyondAccuracy {
  /** By metric: of lists, and `rmse` and `mae` of a model that foretells ratings. */
  readonly metrics: Readonly<Record<string, MetricSummary>>
  /** Thirds of the judging users by the length of their history. */
  readonly byActivity: readonly Segment[]
  /** Tenths of the items by training ratings, the most rated first: how well those of their users' targets are found. */
  readonly byPopularity: readonly Segment[]
}

/** A mean over users with its 95 % interval. */
export interface MetricSummary {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface Segment {
  readonly name: string
  readonly users: number
  /** Recall@20 and NDCG@100. */
  readonly recall: MetricSummary
  readonly ndcg: MetricSummary
}

/** Whether a candidate may replace the champion, and why. */
export interface GateResult {
  readonly passed: boolean
  /** In a sentence. */
  readonly reason: string
  /** Against the champion; null where there is none. */
  readonly comparison: Comparison | null
  readonly guardrails: readonly Guardrail[]
}

/** The paired test on the chosen metric. */
export interface Comparison {
  readonly metric: RankingMetric
  readonly users: number
  readonly candidate: number
  readonly champion: number
  /** Candidate less champion, with its interval by the paired bootstrap. */
  readonly difference: number
  readonly low: number
  readonly high: number
  /** The loss that would be borne; `low` must not be beneath −margin. */
  readonly margin: number
  readonly passed: boolean
}

export interface Guardrail {
  readonly name: string
  readonly passed: boolean
  /** In a sentence, with the figures. */
  readonly finding: string
}

/** One judging user: what was known, what came, and what champion and candidate show. */
export interface UserExample {
  readonly userId: string
  readonly model: string
  /** The latest of the history, latest first. */
  readonly history: readonly ShownItem[]
  readonly before: readonly ShownItem[]
  readonly after: readonly ShownItem[]
}

export interface ShownItem {
  readonly itemId: string
  readonly title: string | null
  /** Whether it is among the user's targets. */
  readonly isTarget: boolean
}

export interface Timing {
  readonly step: string
  readonly seconds: number
}
