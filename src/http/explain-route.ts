import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { explain } from '../recommender/explain.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import { asOf, basis, historySize, modelProblems, nameOf } from './list-answer.ts'
import { candidatesQuery, toCandidates } from './list-options.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
}

/** Why an item is where it is in a user's list, or is not in it. */
export function addExplainRoute(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(why, async (c) => {
    const { userId, itemId } = c.req.valid('param')
    const { model, ...options } = c.req.valid('query')
    const candidates = await toCandidates(options, catalog)
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const task = async (served: ServedModel) => ({
      model: nameOf(served),
      ...(await explain(served, history, itemId, candidates)),
    })
    const answer = await champions.use(model, task, abandonment(c))
    const titles = await ratings.titles([itemId, ...answer.reasons.map((reason) => reason.itemId)])
    const titleOf = (id: string) => titles.get(id) ?? null
    const reasons = answer.reasons.map((reason) => ({ ...reason, title: titleOf(reason.itemId) }))
    const asked = { userId, itemId, title: titleOf(itemId) }
    return c.json({ ...asked, historySize: history.length, asOf, ...answer, reasons })
  })
}

const why = createRoute({
  method: 'get',
  path: '/recommend/{userId}/explain/{itemId}',
  security: needs('read'),
  summary: 'Which items of the history speak for an item, by leaving each out; or why the item is not shown',
  request: {
    params: z.strictObject({ userId: parameters.userId, itemId: parameters.itemId }),
    query: z.strictObject({ model: parameters.model, ...candidatesQuery }),
  },
  responses: answers(
    'Exact: without the item named first the score would be lower by its contribution',
    z
      .object({
        userId: z.string(),
        itemId: z.string(),
        title: z.string().nullable(),
        model: parameters.answeringModel,
        basis,
        historySize,
        asOf,
        score: z.number(),
        rank: z
          .int()
          .nullable()
          .openapi({ description: 'Its place in the whole list, from 1; null where it is left out' }),
        leftOut: z.enum(['seen', 'filtered']).nullable().openapi({
          description: 'Rated already, or left out by what was asked; null where it may be shown',
        }),
        knownItems: z.int().openapi({ description: 'How many items of the history the model knows' }),
        reasons: z
          .array(
            z.object({
              itemId: z.string(),
              title: z.string().nullable(),
              value: z.number(),
              contribution: z
                .number()
                .openapi({ description: 'By how much the score would be lower without this item' }),
            }),
          )
          .openapi({
            description:
              'Largest contribution first, of all of the history that the model knows; of more than a thousand items only of those most like the item, the fewer the longer the history is',
          }),
      })
      .openapi('Explanation'),
    'unknown-item',
    ...modelProblems,
  ),
})
