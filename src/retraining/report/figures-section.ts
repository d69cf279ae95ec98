// All metrics of candidates, champions and baselines with their intervals.
import { html } from '../../pages/html.ts'
import { plotIntervals } from '../../pages/interval-plot.ts'
import { formatFixed, unmeasured } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { figure, legend } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import type { RetrainingConfig } from '../config.ts'
import type { MetricSummary, RetrainingResult } from '../result.ts'
import { evaluatedModels, type ReportedModel, roles } from './evaluated-models.ts'

export function figuresSection(result: RetrainingResult) {
  const models = evaluatedModels(result)
  if (models.length === 0) return []
  const metrics = metricsOf(models, result.config)
  const plotted = [result.config.metric, 'rmse'].filter((metric) => metrics.includes(metric))
  const rolesShown = roles.filter((role) => models.some((model) => model.role === role))
  return [
    html`<h2>Metrics</h2>`,
    figure(
      plotted.map((metric) => plotMetric(metric, models, rolesShown)),
      legend(rolesShown),
    ),
    table(
      ['Model', 'Role', ...metrics],
      models.map(({ name, role, figures }) => [
        name,
        role,
        ...metrics.map((metric) => formatSummary(figures.metrics[metric])),
      ]),
      { textColumns: 2 },
    ),
    note(
      html`Means over the test users with 95 % confidence intervals. Lower is better for rmse and mae, higher for all others.`,
    ),
    result.leftOut.map((sentence) => note(sentence)),
  ]
}

export function formatSummary(summary: MetricSummary | undefined) {
  if (summary === undefined) return unmeasured
  const { mean, low, high } = summary
  return html`${formatFixed(mean, 4)}<br><small>${formatFixed(low, 4)} … ${formatFixed(high, 4)}</small>`
}

/** In the order of the configuration, since Postgres does not preserve the order of JSON keys. */
function metricsOf(models: readonly ReportedModel[], { metric, metrics }: RetrainingConfig): string[] {
  const measured = new Set(models.flatMap(({ figures }) => Object.keys(figures.metrics)))
  return [...new Set([metric, ...metrics, 'rmse', 'mae', ...measured])].filter((name) => measured.has(name))
}

function plotMetric(metric: string, models: readonly ReportedModel[], rolesShown: readonly string[]) {
  const points = models.flatMap(({ name, role, figures }) => {
    const summary = figures.metrics[metric]
    return summary ? [{ name, series: role, ...summary }] : []
  })
  return plotIntervals(metric, points, rolesShown)
}
