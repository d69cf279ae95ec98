import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { type Metrics, metricsType } from './metrics.ts'
import { describeProblems } from './problem.ts'

interface Dependencies {
  readonly champions: Pick<LiveChampions, 'list'>
  readonly metrics: Metrics
}

/** What Prometheus comes for. */
export function addMetricsRoute(app: OpenAPIHono<Environment>, { champions, metrics }: Dependencies): void {
  app.openapi(scrape, async (c) =>
    c.text(await metrics.render({ models: serving(champions) }), 200, { 'Content-Type': metricsType }),
  )
}

/** Nothing before the champions were first read: the other numbers do not wait for the database. */
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
  summary: 'What the service counts of itself, for Prometheus',
  responses: {
    200: { description: 'In the text format', content: { 'text/plain': { schema: z.string() } } },
    ...describeProblems(['timed-out']),
  },
})
