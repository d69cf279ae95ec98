import { formatSeconds } from '../../src/pages/numbers.ts'
import { formatChoice } from '../../src/retraining/promote/choose-default.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Demo } from './run-demo.ts'

export function formatDemo(demo: Demo, seconds: number): Result {
  const { dataset, models, baselines, defaultChoice, recommendations, backend } = demo
  const trained = models.map(({ manifest, metrics, ...training }) => ({
    model: manifest.model,
    version: manifest.version,
    seconds: training.seconds,
    metrics,
  }))
  const text = [
    '',
    `Evaluation on a held-out tenth of ${dataset.name} (mean over users ± 95 % interval):`,
    formatMetrics({
      ...Object.fromEntries(trained.map(({ model, metrics }) => [model, metrics])),
      ...baselines,
    }),
    '',
    ...formatChoice(defaultChoice),
    '',
    ...recommendations.flatMap(({ userId, model, items }) => [
      `For user ${userId}, ${model}:`,
      ...items.map(({ title, itemId }) => `  ${title ?? itemId}`),
    ]),
    '',
    `The demo took ${formatSeconds(seconds)}.`,
  ].join('\n')
  return {
    document: {
      ...{ dataset, models: trained, baselines, default: defaultChoice?.model ?? null },
      ...{ recommendations, backend, seconds },
    },
    text,
  }
}

type ServedData = Pick<Demo, 'url' | 'separateDatabase' | 'recommendations'>

/** Requests to try while the service runs. */
export function formatService(demo: ServedData): string {
  return `
The service listens on ${demo.url}; Ctrl-C stops it. Try:
${formatRequests(demo.url, demo)}
and, later: ${serveCommand(demo)}`
}

/** Requests to try after the demo, at the URL where the service will listen. */
export function formatNextSteps(url: string, demo: ServedData): string {
  return `
Serve these models with ${serveCommand(demo)} and try:
${formatRequests(url, demo)}`
}

function formatRequests(url: string, { recommendations }: ServedData): string {
  const { userId, items } = recommendations[0]!
  const [user, item] = [encodeURIComponent(userId), encodeURIComponent(items[0]!.itemId)]
  return [
    `/recommend/${user}?k=5`,
    '/recommend/unknown-user?k=5',
    `/users/${user}/embedding`,
    `/items/${item}/similar?k=5`,
    '/models',
  ]
    .map((path) => `  curl '${url}${path}'`)
    .join('\n')
}

function serveCommand({ separateDatabase }: ServedData): string {
  if (separateDatabase === undefined) return 'npm run serve'
  return `npm run serve, with DATABASE_URL naming the database ${separateDatabase} (npm run db -- url prints the URL of the server)`
}
