import type { Evaluation } from './evaluate.ts'
import { isRankingMetric, type Metric } from './metric.ts'

type Metrics = Evaluation['metrics']

/**
 * Says, in sentences, where a model is worse than a baseline: by RMSE than the biases of users and items, and by its last
 * ranking metric, by default NDCG@100, than popularity.
 *
 * @param metrics of each model, the baselines `bias` and `popularity` among them where they were evaluated
 */
export function worseThanBaselines(name: string, metrics: Readonly<Record<string, Metrics>>): string[] {
  const ranking = Object.keys(metrics[name] ?? {}).findLast((metric) => isRankingMetric(metric as Metric))
  return [
    ...compare('bias', 'rmse', 'predicts ratings worse', (own, theirs) => own > theirs),
    ...compare('popularity', ranking as Metric, 'ranks worse', (own, theirs) => own < theirs),
  ]

  function compare(
    baseline: string,
    metric: Metric | undefined,
    finding: string,
    isWorse: (own: number, theirs: number) => boolean,
  ): string[] {
    const own = metric && metrics[name]?.[metric]?.mean
    const theirs = metric && metrics[baseline]?.[metric]?.mean
    if (name === baseline || own === undefined || theirs === undefined || !isWorse(own, theirs)) return []
    return [`${name} ${finding} than ${baseline}: ${metric} ${own.toFixed(4)} against ${theirs.toFixed(4)}`]
  }
}
