import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { open } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  /** Resolves when the database answers. */
  readonly pingDatabase: () => Promise<unknown>
}

/** For whoever supervises the process: live says leave it running, ready says send it requests. */
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
  security: open,
  summary: 'Whether the process answers at all',
  responses: answers('It does', z.object({ status: z.literal('live') })),
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  security: open,
  summary: 'Whether the database and the default model answer',
  responses: answers('They do', z.object({ status: z.literal('ready') }), 'no-champion', 'model-unavailable'),
})
