import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { explain } from '../recommender/explain.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import { candidateQuery } from './recommendation-query.ts'
import { asOf, basis, historySize, modelProblems, modelVersion, versionOf } from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** Why an item has its rank in a user's list, or is not in it. */
export function addExplainRoute(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(explainItem, async (c) => {
    const { userId, itemId } = c.req.valid('param')
    const { model, ...options } = c.req.valid('query')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const explanation = await champions.use(model, async (served) => ({
      model: versionOf(served),
      ...(await explain(served, history, itemId, options, { signal })),
    }))
    const titles = await catalog.titles([itemId, ...explanation.reasons.map((reason) => reason.itemId)])
    const titleOf = (id: string) => titles.get(id) ?? null
    const reasons = explanation.reasons.map((reason) => ({ ...reason, title: titleOf(reason.itemId) }))
    const subject = { userId, itemId, title: titleOf(itemId) }
    return c.json({ ...subject, historySize: history.length, asOf, ...explanation, reasons })
  })
}

const explainItem = createRoute({
  method: 'get',
  path: '/recommend/{userId}/explain/{itemId}',
  security: needs('read'),
  summary: 'Explains the rank of an item by the user’s history, or why the item is left out',
  request: {
    params: z.strictObject({ userId: parameters.userId, itemId: parameters.itemId }),
    query: z.strictObject({ model: parameters.model, ...candidateQuery }),
  },
  responses: respondsWith(
    'The contribution of each item of the history is the exact change of the score without it',
    z
      .object({
        userId: z.string(),
        itemId: z.string(),
        title: z.string().nullable(),
        model: modelVersion,
        basis,
        historySize,
        asOf,
        score: z.number(),
        rank: z.int().nullable().openapi({
          description: 'The position in the complete list, from 1; null if the item is left out',
        }),
        leftOut: z.enum(['unavailable', 'seen', 'filtered']).nullable().openapi({
          description:
            'Why the item is not recommended: hidden or outside its dates (unavailable), already rated (seen) or excluded by the options (filtered); null if it may be shown',
        }),
        knownItems: z
          .int()
          .openapi({ description: 'The number of items of the history that the model knows' }),
        reasons: z
          .array(
            z.object({
              itemId: z.string(),
              title: z.string().nullable(),
              value: z.number(),
              contribution: z
                .number()
                .openapi({ description: 'By how much the score falls without this item in the history' }),
            }),
          )
          .openapi({
            description:
              'Largest contribution first, for all items of the history that the model knows. If the model has no closed form and there are more than 256 items, only for the 256 whose contributions are estimated to be the largest in absolute value; the parts of a blend share the 256',
          }),
      })
      .openapi('Explanation'),
    'unknown-item',
    ...modelProblems,
  ),
})
