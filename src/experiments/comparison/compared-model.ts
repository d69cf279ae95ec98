import type { Evaluation } from '../../evaluation/evaluate.ts'
import type { RatingEvaluation } from '../../evaluation/evaluate-ratings.ts'
import type { RankingMetric } from '../../evaluation/metric.ts'

/** A model as it did for the same users in the same order as all others. */
export interface ComparedModel {
  readonly name: string
  /** Means over users with their standard errors; of several seeds those of the mean over seeds. */
  readonly metrics: Evaluation['metrics']
  /** By ranking metric, one value a user; of several seeds their mean. */
  readonly values: ReadonlyMap<RankingMetric, Float64Array>
  /** Of a model that foretells ratings, where they were asked for: the errors of each user who has targets. */
  readonly ratings?: Pick<RatingEvaluation, 'counts' | 'squaredErrors'>
  /** Each user's first items, best first, by the first seed. */
  readonly lists: readonly Int32Array[]
  /** By ranking metric, the mean of each seed. */
  readonly seedMeans: ReadonlyMap<RankingMetric, readonly number[]>
}
