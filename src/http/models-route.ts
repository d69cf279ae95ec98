import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'

/** The champions, and the versions that serve them. */
export function addModelsRoute(
  app: OpenAPIHono<Environment>,
  { champions }: { readonly champions: LiveChampions },
): void {
  app.openapi(list, (c) => {
    const models = champions.list().map(toJson)
    return respondList(c, { models }, models)
  })
}

function toJson({ champion, serving }: ReturnType<LiveChampions['list']>[number]) {
  return {
    name: champion.model,
    version: champion.version,
    isDefault: champion.isDefault,
    warning: champion.warning,
    promotedAt: champion.promotedAt.toISOString(),
    serving: serving && {
      version: serving.manifest.version,
      items: serving.trainedItems.size,
      newItemAttributes: [...serving.newItemAttributes],
      embeddingSize: serving.inference.capabilities.latentSize,
      trainedAt: serving.manifest.createdAt.toISOString(),
      ratings: serving.manifest.data.ratings,
      hyperparameters: serving.manifest.hyperparameters,
      metrics: serving.manifest.metrics,
      refitOf: serving.manifest.refitOf ?? null,
      retrieval: serving.manifest.retrieval ?? null,
    },
  }
}

const list = createRoute({
  method: 'get',
  path: '/models',
  security: needs('read'),
  summary: 'The champion of each model',
  responses: respondsWithList(
    'In alphabetical order',
    z
      .object({
        models: z.array(
          z.object({
            name: z.string(),
            version: z.int(),
            isDefault: z.boolean().openapi({ description: 'Whether it serves requests that name no model' }),
            warning: z.string().nullable().openapi({
              description: 'For the default model: that a baseline is better than every champion',
            }),
            promotedAt: z.iso.datetime(),
            serving: z
              .object({
                version: z.int(),
                items: z.int(),
                newItemAttributes: z.array(z.string()).openapi({
                  description:
                    'The attributes from which the scores of items are predicted that were added after the training. Empty if such items are not recommended: no attribute of the training items predicts scores, or an earlier release trained the version',
                }),
                embeddingSize: z.int().nullable(),
                trainedAt: z.iso.datetime(),
                ratings: z.int().openapi({ description: 'Number of ratings that it was trained on' }),
                hyperparameters: z.record(z.string(), z.unknown()),
                metrics: z.record(z.string(), z.unknown()),
                refitOf: z
                  .object({ version: z.int().nullable(), ratings: z.int(), epochs: z.int() })
                  .nullable()
                  .openapi({
                    description:
                      'The candidate that the metrics belong to: it was trained for as many epochs on part of the ratings and evaluated on the rest. Null if this version itself was evaluated',
                  }),
                retrieval: z
                  .object({ recall: z.number(), users: z.int(), dimensions: z.int() })
                  .nullable()
                  .openapi({
                    description:
                      'For an approximate search: the share of the exact top 100 items that it finds, measured over so many users. Null if lists are exact',
                  }),
              })
              .nullable()
              .openapi({
                description:
                  'The version that serves requests: while the champion cannot be loaded, an older version or null',
              }),
          }),
        ),
      })
      .openapi('Models'),
  ),
})
