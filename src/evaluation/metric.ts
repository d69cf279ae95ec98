// The names of the metrics, as they stand in options, tables and JSON.

/** A metric of the first R places of a ranking, as `recall@20`. */
export type RankingMetric = `${RankingMeasure}@${number}`
export type RankingMeasure = 'recall' | 'recall-all' | 'ndcg'

/** A metric of foretold ratings. */
export type RatingMetric = 'rmse' | 'mae'

export type Metric = RankingMetric | RatingMetric

/**
 * Reads a comma-separated list such as `recall@20,ndcg@100,rmse`.
 *
 * @throws RangeError naming the first entry that is no metric.
 */
export function parseMetrics(list: string): Metric[] {
  return [...new Set(list.split(',').map((name) => parseMetric(name.trim())))]
}

export function isRankingMetric(metric: Metric): metric is RankingMetric {
  return metric.includes('@')
}

/**
 * What a ranking metric measures, and over how many places.
 *
 * @throws RangeError when it is not a measure, `@` and a whole number from 1.
 */
export function parseRankingMetric(metric: RankingMetric): { measure: RankingMeasure; cutoff: number } {
  const [, measure, places] = /^(recall|recall-all|ndcg)@([1-9]\d*)$/.exec(metric) ?? []
  if (measure === undefined) throw unknown(metric)
  return { measure: measure as RankingMeasure, cutoff: Number(places) }
}

function parseMetric(name: string): Metric {
  if (name === 'rmse' || name === 'mae') return name
  parseRankingMetric(name as RankingMetric)
  return name as RankingMetric
}

function unknown(name: string): RangeError {
  return new RangeError(
    `Unknown metric '${name}'; there are rmse, mae and, for a whole number R from 1, recall@R, recall-all@R, ndcg@R`,
  )
}
