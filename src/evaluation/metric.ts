// The metrics by name, as options, tables and JSON documents have them.
import { type RankingMeasure, rankingMeasures } from './ranking-metrics.ts'

/** A metric of the first R items of a ranking, such as `recall@20`. */
export type RankingMetric = `${RankingMeasure}@${number}`

const ratingMetrics = ['rmse', 'mae'] as const

/** A metric of predicted ratings. */
export type RatingMetric = (typeof ratingMetrics)[number]

export type Metric = RankingMetric | RatingMetric

/** For help texts and errors; k stands for the cutoff. */
export const rankingMetricNames: readonly string[] = Object.keys(rankingMeasures).map(
  (measure) => `${measure}@k`,
)
export const metricNames: readonly string[] = [...rankingMetricNames, ...ratingMetrics]

/**
 * Parses a comma-separated list such as `recall@20,ndcg@100,rmse`.
 *
 * @throws RangeError naming the first unknown metric
 */
export function parseMetrics(list: string): Metric[] {
  return [...new Set(list.split(',').map((name) => parseMetric(name.trim())))]
}

/** Whether a metric needs rankings; the others need predicted ratings. */
export function isRankingMetric(metric: Metric): metric is RankingMetric {
  return metric.includes('@')
}

/**
 * The measure and the cutoff of a ranking metric.
 *
 * @throws RangeError if it is not a measure, `@` and a whole number from 1
 */
export function parseRankingMetric(metric: RankingMetric): { measure: RankingMeasure; cutoff: number } {
  const [, measure = '', cutoff] = /^(.+)@([1-9]\d*)$/.exec(metric) ?? []
  if (!Object.hasOwn(rankingMeasures, measure)) throw unknown(metric)
  return { measure: measure as RankingMeasure, cutoff: Number(cutoff) }
}

function parseMetric(name: string): Metric {
  const ratingMetric = ratingMetrics.find((metric) => metric === name)
  if (ratingMetric) return ratingMetric
  parseRankingMetric(name as RankingMetric)
  return name as RankingMetric
}

function unknown(name: string): RangeError {
  return new RangeError(
    `Unknown metric '${name}'; there are ${metricNames.join(', ')}, where k is a whole number from 1`,
  )
}
