import { isRankingMetric, type Metric } from './metric.ts'

type Metrics = Readonly<Partial<Record<string, { readonly mean: number }>>>

/**
 * Says, in sentences, where a model is worse than a baseline: by RMSE than the biases of users and items, and by a ranking
 * metric than popularity.
 *
 * @param metrics of each model, the baselines `bias` and `popularity` among them where they were evaluated
 * @param ranking the ranking metric; the last one of the model, by default NDCG@100, when absent
 */
export function worseThanBaselines(
  name: string,
  metrics: Readonly<Record<string, Metrics>>,
  ranking = Object.keys(metrics[name] ?? {}).findLast((metric) => isRankingMetric(metric as Metric)),
): string[] {
  return [
    ...compare('bias', 'rmse', 'predicts ratings worse', (own, theirs) => own > theirs),
    ...compare('popularity', ranking, 'ranks worse', (own, theirs) => own < theirs),
  ]

  function compare(
    baseline: string,
    metric: string | undefined,
    finding: string,
    isWorse: (own: number, theirs: number) => boolean,
  ): string[] {
    if (name === baseline || metric === undefined) return []
    const own = metrics[name]?.[metric]?.mean
    const theirs = metrics[baseline]?.[metric]?.mean
    if (own === undefined || theirs === undefined || !isWorse(own, theirs)) return []
    return [`${name} ${finding} than ${baseline}: ${metric} ${own.toFixed(4)} against ${theirs.toFixed(4)}`]
  }
}
