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
    ...compare('bias', 'rmse', 'predicts ratings worse', (value, baselineValue) => value > baselineValue),
    ...compare('popularity', ranking, 'ranks worse', (value, baselineValue) => value < baselineValue),
  ]

  function compare(
    baseline: string,
    metric: string | undefined,
    finding: string,
    isWorse: (value: number, baselineValue: number) => boolean,
  ): string[] {
    if (name === baseline || metric === undefined) return []
    const value = metrics[name]?.[metric]?.mean
    const baselineValue = metrics[baseline]?.[metric]?.mean
    if (value === undefined || baselineValue === undefined || !isWorse(value, baselineValue)) return []
    return [
      `${name} ${finding} than ${baseline}: ${metric} ${value.toFixed(4)} against ${baselineValue.toFixed(4)}`,
    ]
  }
}
