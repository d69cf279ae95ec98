import { formatSeconds } from '../../src/pages/numbers.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Demo } from './run-demo.ts'

export function formatDemo(demo: Demo, seconds: number): Result {
  const { dataset, models, baselines, recommendations, backend } = demo
  const trained = models.map(({ manifest, metrics, ...training }) => ({
    model: manifest.model,
    version: manifest.version,
    seconds: training.seconds,
    metrics,
  }))
  const text = [
    '',
    `Evaluation on a held-out tenth of ${dataset.name} (mean ± standard error over users):`,
    formatMetrics({
      ...Object.fromEntries(trained.map(({ model, metrics }) => [model, metrics])),
      ...baselines,
    }),
    '',
    ...recommendations.flatMap(({ userId, model, items }) => [
      `For user ${userId}, ${model}:`,
      ...items.map(({ title, itemId }) => `  ${title ?? itemId}`),
    ]),
    '',
    `The demo took ${formatSeconds(seconds)}.`,
  ].join('\n')
  return { document: { dataset, models: trained, baselines, recommendations, backend, seconds }, text }
}

/** Requests to try while the service runs. */
export function formatService({ url, separateDatabase, recommendations }: Demo): string {
  const userId = encodeURIComponent(recommendations[0]!.userId)
  const environment = separateDatabase === undefined ? '' : ` with DATABASE_URL naming ${separateDatabase}`
  return `
The service listens on ${url}; Ctrl-C stops it. Try:
  curl '${url}/recommend/${userId}?k=5'
  curl '${url}/recommend/unknown-user?k=5'
  curl '${url}/users/${userId}/embedding'
  curl '${url}/models'
and, later${environment}: npm run serve`
}
