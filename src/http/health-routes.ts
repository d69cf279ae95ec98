import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type LiveChampions, ModelUnavailableError } from '../recommender/live-champions.ts'
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
    const models = champions.list().map(({ champion: { model: name }, serving, status }) => ({
      name,
      version: serving?.manifest.version ?? null,
      status,
    }))
    const loading = namesOf(models, 'loading')
    if (loading !== '')
      throw new ModelUnavailableError(
        `Models are being loaded: ${loading}. These are loaded: ${namesOf(models, 'loaded')}.`,
      )
    const { warning } = champions
    return c.json({ status: 'ready' as const, models, ...(warning !== null && { warning }) })
  })
}

type LoadingStatus = z.infer<typeof loadingStatus>

function namesOf(models: readonly { name: string; status: LoadingStatus }[], status: LoadingStatus): string {
  return models
    .filter((model) => model.status === status)
    .map(({ name }) => name)
    .join(', ')
}

const loadingStatus = z.enum(['loaded', 'loading', 'failed'])

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
  summary: 'Whether the database and the default model are available, and no model is still being loaded',
  responses: respondsWith(
    'They are available. A model that cannot be loaded, and is not the default, does not prevent this',
    z.object({
      status: z.literal('ready'),
      models: z.array(
        z.object({
          name: z.string(),
          version: z.int().nullable().openapi({ description: 'The version that serves; null if none does' }),
          status: loadingStatus,
        }),
      ),
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
