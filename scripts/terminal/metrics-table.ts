import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import type { Estimate } from '../../src/statistics/estimate.ts'
import { formatTable } from './table.ts'

/** Models in rows, metrics in columns, each as mean ± standard error; a metric that a model lacks is left blank. */
export function formatMetrics(judged: Readonly<Record<string, Evaluation['metrics']>>): string {
  const metrics = [...new Set(Object.values(judged).flatMap(Object.keys))] as (keyof Evaluation['metrics'])[]
  return formatTable(
    ['model', ...metrics],
    Object.entries(judged).map(([model, own]) => [
      model,
      ...metrics.map((metric) => formatEstimate(own[metric])),
    ]),
  )
}

function formatEstimate(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ''
  return `${estimate.mean.toFixed(4)} ± ${estimate.standardError.toFixed(4)}`
}
