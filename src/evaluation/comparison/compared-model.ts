import type { Evaluation } from '../evaluate.ts'
import type { RatingEvaluation } from '../evaluate-ratings.ts'
import type { RankingMetric } from '../metric.ts'

/** A model evaluated on the same users, in the same order, as the models it is compared with. */
export interface ComparedModel {
  readonly name: string
  /** Means over users with their standard errors; with several seeds, of each user's mean over the seeds. */
  readonly metrics: Evaluation['metrics']
  /** By ranking metric, one value per user; with several seeds, the mean over them. */
  readonly values: ReadonlyMap<RankingMetric, Float64Array>
  /** The errors of each user with targets, if the model predicts ratings and RMSE was requested. */
  readonly ratings?: Pick<RatingEvaluation, 'counts' | 'squaredErrors'>
  /** Each user's first items, best first, with the first seed. */
  readonly lists: readonly Int32Array[]
  /** By ranking metric, the mean of each seed. */
  readonly seedMeans: ReadonlyMap<RankingMetric, readonly number[]>
}
