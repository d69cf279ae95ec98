// What models are evaluated on, the same for all models of an evaluation, comparison or search.
import type { Interactions } from '../interactions/interactions.ts'
import { positiveThresholdOf } from '../interactions/positive-threshold.ts'
import { type Protocol, type Rule, splitBy } from '../splits/protocol.ts'
import type { RepeatedPairs, Split } from '../splits/split.ts'
import type { ColdItems } from './evaluate-cold-items.ts'
import type { Metric } from './metric.ts'

export interface EvaluationTask {
  readonly split: Split
  readonly metrics: readonly Metric[]
  /** A rating from this value counts as positive. */
  readonly positiveThreshold: number
  /** Of the split and of the training. */
  readonly seed: number
  /** Items that are not in `split`, to measure how well they are recommended by their attributes. */
  readonly coldItems?: ColdItems
}

export interface EvaluationTaskOptions {
  readonly protocol: Protocol
  readonly split: Rule
  readonly seed: number
  /** By default the protocol's. */
  readonly metrics?: readonly Metric[]
  /** By default the one that follows from the data. */
  readonly positiveThreshold?: number
  /** For the predefined protocol; `skip` by default. */
  readonly repeatedPairs?: RepeatedPairs
}

/** The ratings that a protocol splits. */
export interface ProtocolRatings {
  /** All ratings; those of the training file for the predefined protocol. */
  readonly ratings: Interactions
  /** The ratings of the test file, for the predefined protocol. */
  readonly test?: Interactions
}

/** @throws RangeError if the options do not fit together, and any error of the split */
export function createEvaluationTask(
  { protocol, split: rule, seed, ...options }: EvaluationTaskOptions,
  { ratings, test }: ProtocolRatings,
): EvaluationTask {
  const positiveThreshold = options.positiveThreshold ?? positiveThresholdOf(ratings)
  const { repeatedPairs } = options
  const split = splitBy(protocol, ratings, {
    rule,
    seed,
    positiveThreshold,
    ...(test && { test }),
    ...(repeatedPairs && { repeatedPairs }),
  })
  return { split, metrics: options.metrics ?? defaultMetrics(protocol), positiveThreshold, seed }
}

/** Strong generalization holds out positives only, for which rating errors say nothing. */
function defaultMetrics(protocol: Protocol): readonly Metric[] {
  const ranking: Metric[] = ['recall@20', 'recall@50', 'ndcg@10', 'ndcg@100']
  return protocol === 'strong-generalization' ? ranking : ['rmse', 'mae', ...ranking]
}

export interface SplitSizes {
  /** Users in training. */
  readonly users: number
  readonly items: number
  readonly trainRatings: number
  /** Ratings to predict. */
  readonly validationRatings: number
  readonly testRatings: number
  /** For the predefined protocol: test ratings whose user-item pair has a training rating too. */
  readonly repeatedTestRatings?: number
}

export function sizesOf({ train, validation, test, repeatedTestRatings }: Split): SplitSizes {
  return {
    users: train.rows,
    items: train.columns,
    trainRatings: train.values.length,
    validationRatings: validation.targets.values.length,
    testRatings: test.targets.values.length,
    ...(repeatedTestRatings !== undefined && { repeatedTestRatings }),
  }
}
