import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Caches } from '../caches/caches.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import { joinMetrics } from './cluster-metrics.ts'
import type { Environment } from './environment.ts'
import { type Metrics, metricsType, sumOfMetrics } from './metrics.ts'
import { problemResponses } from './problem.ts'

interface Dependencies {
  readonly champions: Pick<LiveChampions, 'list'>
  readonly metrics: Metrics
  readonly caches?: Pick<Caches, 'usage'>
}

/** The metrics for Prometheus. */
export function addMetricsRoute(
  app: OpenAPIHono<Environment>,
  { champions, metrics, caches }: Dependencies,
): void {
  metrics.follow(() => ({ models: serving(champions), caches: caches?.usage() ?? [] }))
  const ofAllProcesses = joinMetrics(metrics.values)
  app.openapi(scrape, async (c) => {
    const text =
      ofAllProcesses === undefined || c.env?.isOwnPort
        ? await metrics.render()
        : await sumOfMetrics(await ofAllProcesses())
    return c.text(text, 200, { 'Content-Type': metricsType })
  })
}

/** Empty before the champions are first read: the other metrics do not depend on the database. */
function serving(champions: Dependencies['champions']) {
  try {
    return champions.list().flatMap(({ serving }) => {
      if (serving === null) return []
      const { model: name, version, createdAt: trainedAt } = serving.manifest
      return [{ name, version, trainedAt }]
    })
  } catch {
    return []
  }
}

const scrape = createRoute({
  method: 'get',
  path: '/metrics',
  security: needs('read'),
  summary: 'The metrics of the service, for Prometheus',
  responses: {
    200: {
      description: 'Metrics in the text format of Prometheus',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problemResponses(['timed-out']),
  },
})
