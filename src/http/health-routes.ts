import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { withoutKey } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { respondsWith } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  /** Resolves when the database responds. */
  readonly pingDatabase: () => Promise<unknown>
}

/** For the supervisor of the process: `live` means keep it running, `ready` means send it requests. */
export function addHealthRoutes(
  app: OpenAPIHono<Environment>,
  { champions, pingDatabase }: Dependencies,
): void {
  app.openapi(live, (c) => c.json({ status: 'live' as const }))

  app.openapi(ready, async (c) => {
    await pingDatabase()
    await champions.use(undefined, async () => {})
    return c.json({ status: 'ready' as const })
  })
}

const live = createRoute({
  method: 'get',
  path: '/health/live',
  security: withoutKey,
  summary: 'Whether the process responds',
  responses: respondsWith('It responds', z.object({ status: z.literal('live') })),
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  security: withoutKey,
  summary: 'Whether the database and the default model are available',
  responses: respondsWith(
    'They are available',
    z.object({ status: z.literal('ready') }),
    'no-champion',
    'model-unavailable',
  ),
})
