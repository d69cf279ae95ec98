import { isRatingPredictor, type Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import type { Estimate } from '../statistics/estimate.ts'
import {
  evaluateRanking,
  type RankingEvaluation,
  type RankingOptions,
  summarizeRanking,
} from './evaluate-ranking.ts'
import { evaluateRatings, type RatingEvaluation, summarizeRatings } from './evaluate-ratings.ts'
import { isRankingMetric, type Metric } from './metric.ts'

/** The metrics of a model on held-out users. */
export interface Evaluation {
  /** The requested metrics, in their order. */
  readonly metrics: Partial<Record<Metric, Estimate>>
  /** The values of the single users, if metrics of this kind were requested. */
  readonly ranking?: RankingEvaluation
  readonly ratings?: RatingEvaluation
}

/** The metrics that `scorer` supports: rating metrics need a model that predicts ratings. */
export function supportedMetrics(scorer: Scorer, metrics: readonly Metric[]): Metric[] {
  return metrics.filter((metric) => isRankingMetric(metric) || isRatingPredictor(scorer))
}

/**
 * Computes ranking and rating metrics of a model.
 *
 * @throws RangeError if a rating metric is requested of a model that does not predict ratings, and any error of
 * `evaluateRanking` and `evaluateRatings`
 */
export async function evaluate(
  scorer: Scorer,
  heldOut: HeldOut,
  metrics: readonly Metric[],
  options: RankingOptions = {},
): Promise<Evaluation> {
  const rankingMetrics = metrics.filter(isRankingMetric)
  const ratingMetric = metrics.find((metric) => !isRankingMetric(metric))
  if (ratingMetric !== undefined && !isRatingPredictor(scorer))
    throw new RangeError(`The model does not predict ratings, so it has no ${ratingMetric}`)
  const ranking =
    rankingMetrics.length > 0 ? await evaluateRanking(scorer, heldOut, rankingMetrics, options) : undefined
  const ratings =
    ratingMetric !== undefined && isRatingPredictor(scorer)
      ? await evaluateRatings(scorer, heldOut)
      : undefined
  const measured: Evaluation['metrics'] = {
    ...(ranking && summarizeRanking(ranking)),
    ...(ratings && summarizeRatings(ratings)),
  }
  return {
    metrics: Object.fromEntries(metrics.map((metric) => [metric, measured[metric]])),
    ...(ranking && { ranking }),
    ...(ratings && { ratings }),
  }
}
