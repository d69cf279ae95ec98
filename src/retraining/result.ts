// The result of a retraining as plain data: stored in Postgres as JSON, and the only input of the report page.
import type { BeyondAccuracy } from '../evaluation/beyond-accuracy.ts'
import type { RankingMetric } from '../evaluation/metric.ts'
import type { ChosenShares, EpochReport } from '../training/fitted-model.ts'
import type { FoundHyperparameters } from '../tuning/automatic-search.ts'
import type { RetrainingConfig } from './config.ts'
import type { DataCheck } from './data/data-checks.ts'
import type { Snapshot } from './data/snapshot.ts'

/** `kept`: no champion changed. `stopped`: a data check failed and nothing was trained. */
export type Outcome = 'promoted' | 'kept' | 'stopped'

export interface RetrainingResult {
  readonly runId: string
  readonly outcome: Outcome
  /** One sentence. */
  readonly reason: string
  /** ISO 8601, as all times of a result. */
  readonly startedAt: string
  readonly finishedAt: string
  /** The user who started it. */
  readonly by: string
  readonly backend: string
  readonly config: RetrainingConfig
  readonly cold: boolean
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  /** The batches that the checks refuse; absent in reports from before batches were recorded. */
  readonly refusedBatches?: readonly RefusedBatch[]
  /** The evaluation period; null if nothing was trained. */
  readonly period: Period | null
  readonly candidates: readonly CandidateResult[]
  readonly baselines: readonly BaselineResult[]
  /** Why variants and baselines were left out, in sentences. */
  readonly leftOut: readonly string[]
  /** Null if nothing was trained. */
  readonly defaultChoice: DefaultChoice | null
  /** The lists of ten test users. */
  readonly examples: readonly UserExample[]
  /** Durations of the steps, in the order of execution. */
  readonly timings: readonly Timing[]
}

/** A batch of new ratings that failed a data check. */
export interface RefusedBatch {
  readonly id: number
  readonly source: string
  /** The day (UTC) of posted ratings; null for an import. */
  readonly day: string | null
  readonly ratings: number
  readonly isQuarantined: boolean
}

/** The evaluation period: later than the training data of all champions. */
export interface Period {
  readonly since: string
  readonly until: string
  /** Number of test users, and of their ratings that are targets. */
  readonly users: number
  readonly targets: number
  readonly validationUsers: number
}

/** A variant with its training, evaluation and decision. */
export interface CandidateResult {
  readonly variant: string
  readonly model: string
  /** Null if training failed. */
  readonly version: number | null
  readonly training: TrainedVariant | null
  /** Evaluation on the test users of the period. */
  readonly figures: Figures | null
  /** The current champion, evaluated on the same users; null if there is none. */
  readonly champion: { readonly version: number; readonly figures: Figures } | null
  readonly gate: GateResult | null
  /** Null if it was not chosen, or the configuration turns the refit off. */
  readonly refit: RefitResult | null
  /** Whether the refit or, without one, the candidate itself became the champion. */
  readonly promoted: boolean
  /** The error of the training; null if it succeeded. */
  readonly error: string | null
}

/** The training of a chosen candidate on all ratings. */
export interface RefitResult {
  /** The version that is served instead of the candidate; null if its training or a check failed. */
  readonly served: number | null
  /** Null if its training failed. */
  readonly version: number | null
  readonly checks: readonly Guardrail[]
  /** The error of its training; null if it succeeded. */
  readonly error: string | null
}

/** The result of training a variant. */
export interface TrainedVariant {
  readonly version: number
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The version whose weights it started from; null for random weights. */
  readonly warmFrom: number | null
  /** Why it did not start from the weights of a version; null if it did. */
  readonly coldReason: string | null
  /** Number of epochs, and the epoch whose weights are kept; 0 for a model without epochs. */
  readonly epochs: number
  readonly bestEpoch: number
  readonly curve: readonly EpochReport[]
  /** Of a blend that chose them. Absent in results of earlier versions. */
  readonly chosenShares?: ChosenShares | null
  readonly seconds: number
  /** The search for its hyperparameters; absent without one. */
  readonly search?: FoundHyperparameters
}

export interface BaselineResult {
  readonly model: string
  readonly figures: Figures
}

/** Metrics of a model on the test users. */
export interface Figures extends BeyondAccuracy {
  /** By metric: ranking metrics, and `rmse` and `mae` for a model that predicts ratings. */
  readonly metrics: Readonly<Record<string, MetricSummary>>
  /** Thirds of the test users by the length of their history. */
  readonly byActivity: readonly Segment[]
  /** Popularity deciles of the items, the most rated first: metrics over the targets in the decile. */
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

/** Whether a candidate may replace the champion, with the reason. */
export interface GateResult {
  readonly passed: boolean
  /** One sentence. */
  readonly reason: string
  /** Against the champion; null if there is none. */
  readonly comparison: Comparison | null
  readonly guardrails: readonly Guardrail[]
}

/** The paired test on the chosen metric. */
export interface Comparison {
  readonly metric: RankingMetric
  readonly users: number
  readonly candidate: number
  readonly champion: number
  /** Candidate minus champion, with the interval of the paired bootstrap. */
  readonly difference: number
  readonly low: number
  readonly high: number
  /** The non-inferiority margin: `low` must be at least −margin. */
  readonly margin: number
  readonly passed: boolean
}

/** The choice of the model that serves requests without a model. */
export interface DefaultChoice {
  readonly model: string
  /** The default before; null if there was none. */
  readonly previous: string | null
  readonly metric: RankingMetric
  /** Number of held-out users, the same for all compared models. */
  readonly users: number
  /** The best champion with the previous default; null if it was not needed. */
  readonly comparison: Omit<Comparison, 'margin' | 'passed'> | null
  /** The rest of a sentence that starts with the name of the default. */
  readonly reason: string
  /** The baseline that is better than every champion, in a sentence; null if none is. */
  readonly warning: string | null
}

export interface Guardrail {
  readonly name: string
  readonly passed: boolean
  /** One sentence with the values. */
  readonly finding: string
}

/** A test user: history, and the lists of champion (`before`) and candidate (`after`). */
export interface UserExample {
  readonly userId: string
  readonly model: string
  /** The latest items of the history, latest first. */
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
