import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import type { Estimate } from '../../src/statistics/estimate.ts'
import { formatTable } from './table.ts'

/** Models in rows, metrics in columns, each as mean ± half of the 95 % interval; blank where a model does not support a metric. */
export function formatMetrics(evaluated: Readonly<Record<string, Evaluation['metrics']>>): string {
  const names = Object.values(evaluated).flatMap(Object.keys) as (keyof Evaluation['metrics'])[]
  const metrics = [...new Set(names)]
  return formatTable(
    ['model, ± 95 % interval', ...metrics],
    Object.entries(evaluated).map(([model, estimates]) => [
      model,
      ...metrics.map((metric) => formatEstimate(estimates[metric])),
    ]),
  )
}

export function formatEstimate(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ''
  return `${estimate.mean.toFixed(4)} ± ${(1.96 * estimate.standardError).toFixed(4)}`
}
