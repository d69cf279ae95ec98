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
    const { warning } = champions
    return c.json({ status: 'ready' as const, ...(warning !== null && { warning }) })
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
    z.object({
      status: z.literal('ready'),
      warning: z.string().optional().openapi({
        description: 'Present if a baseline was better than every champion when they were evaluated last',
        example:
          'ease is better than every champion: ndcg@100 0.3912 against 0.2502 of u-autorec. Train it with npm run train -- --model ease.',
      }),
    }),
    'no-champion',
    'model-unavailable',
  ),
})
