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

/** What a model was measured to do for held-out users. */
export interface Evaluation {
  /** The metrics asked for, in their order. */
  readonly metrics: Partial<Record<Metric, Estimate>>
  /** The values of the single users behind them, where such metrics were asked for. */
  readonly ranking?: RankingEvaluation
  readonly ratings?: RatingEvaluation
}

/** Those of `metrics` that can be taken of `scorer`: only some models foretell ratings. */
export function supportedMetrics(scorer: Scorer, metrics: readonly Metric[]): Metric[] {
  return metrics.filter((metric) => isRankingMetric(metric) || isRatingPredictor(scorer))
}

/**
 * Takes metrics of both kinds of one model.
 *
 * @throws RangeError when a rating metric is asked of a model that foretells none, and whatever the evaluations throw.
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
    throw new RangeError(`The model foretells no ratings, so it has no ${ratingMetric}`)
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
