import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { answers } from './problem.ts'

/** Which models answer. */
export function addModelsRoute(
  app: OpenAPIHono<Environment>,
  { champions }: { readonly champions: LiveChampions },
): void {
  app.openapi(list, (c) => c.json({ models: champions.list().map(describe) }))
}

type Live = ReturnType<LiveChampions['list']>[number]

function describe({ champion, serving }: Live) {
  return {
    name: champion.model,
    version: champion.version,
    isDefault: champion.isDefault,
    promotedAt: champion.promotedAt.toISOString(),
    serving: serving && {
      version: serving.manifest.version,
      items: serving.items.size,
      embeddingSize: serving.inference.abilities.latentSize,
      trainedAt: serving.manifest.createdAt.toISOString(),
      hyperparameters: serving.manifest.hyperparameters,
      metrics: serving.manifest.metrics,
    },
  }
}

const list = createRoute({
  method: 'get',
  path: '/models',
  security: needs('read'),
  summary: 'The champion of each model',
  responses: answers(
    'In alphabetical order',
    z
      .object({
        models: z.array(
          z.object({
            name: z.string(),
            version: z.int(),
            isDefault: z.boolean(),
            promotedAt: z.iso.datetime(),
            serving: z
              .object({
                version: z.int(),
                items: z.int(),
                embeddingSize: z.int().nullable(),
                trainedAt: z.iso.datetime(),
                hyperparameters: z.record(z.string(), z.unknown()),
                metrics: z.record(z.string(), z.unknown()),
              })
              .nullable()
              .openapi({
                description:
                  'What really answers: an older version while the champion cannot be loaded, or nothing',
              }),
          }),
        ),
      })
      .openapi('Models'),
  ),
})
