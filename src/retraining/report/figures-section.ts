// Candidates, champions and baselines by every metric, with their intervals.
import { html } from '../../pages/html.ts'
import { plotIntervals } from '../../pages/interval-plot.ts'
import { formatFixed, unmeasured } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { figure, legend } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import type { RetrainingConfig } from '../config.ts'
import type { MetricSummary, RetrainingResult } from '../result.ts'
import { type JudgedModel, modelsJudged, roles } from './evaluated-models.ts'

export function figuresSection(result: RetrainingResult) {
  const models = modelsJudged(result)
  if (models.length === 0) return []
  const metrics = metricsMeasured(models, result.config)
  const drawn = [result.config.metric, 'rmse'].filter((metric) => metrics.includes(metric))
  const played = roles.filter((role) => models.some((model) => model.role === role))
  return [
    html`<h2>Figures</h2>`,
    figure(
      drawn.map((metric) => plotMetric(metric, models, played)),
      legend(played),
    ),
    table(
      ['Model', 'As', ...metrics],
      models.map(({ name, role, figures }) => [
        name,
        role,
        ...metrics.map((metric) => formatSummary(figures.metrics[metric])),
      ]),
      { textColumns: 2 },
    ),
    note(
      html`Means over the judging users with their 95 % intervals. The lower the better for rmse and mae, the higher for all others.`,
    ),
  ]
}

export function formatSummary(summary: MetricSummary | undefined) {
  if (summary === undefined) return unmeasured
  const { mean, low, high } = summary
  return html`${formatFixed(mean, 4)}<br><small>${formatFixed(low, 4)} … ${formatFixed(high, 4)}</small>`
}

/** As the configuration names them, then those of foretold ratings: Postgres gives the keys of JSON an order of its own. */
function metricsMeasured(models: readonly JudgedModel[], { metric, metrics }: RetrainingConfig): string[] {
  const measured = new Set(models.flatMap(({ figures }) => Object.keys(figures.metrics)))
  return [...new Set([metric, ...metrics, 'rmse', 'mae', ...measured])].filter((name) => measured.has(name))
}

function plotMetric(metric: string, models: readonly JudgedModel[], played: readonly string[]) {
  const points = models.flatMap(({ name, role, figures }) => {
    const summary = figures.metrics[metric]
    return summary ? [{ name, series: role, ...summary }] : []
  })
  return plotIntervals(metric, points, played)
}
