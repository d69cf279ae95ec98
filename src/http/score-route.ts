import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { scoreItems } from '../recommender/score.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import { asOf, basis, bodyProblems, historySize, modelProblems, nameOf } from './list-answer.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'
import { historyOf, who } from './who.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
}

/** Scores for items that were found in another way, to be ordered by them. */
export function addScoreRoute(app: OpenAPIHono<Environment>, { champions, ratings }: Dependencies): void {
  app.openapi(score, async (c) => {
    const { items, model, of } = c.req.valid('json')
    const asOf = new Date().toISOString()
    const history = await historyOf(of, ratings)
    const task = async (served: ServedModel) => {
      const rated = history(served)
      const scored = await scoreItems(served, rated, items)
      return { model: nameOf(served), historySize: rated.length, ...scored }
    }
    const answer = await champions.use(model, task, abandonment(c))
    const scores = items.map((itemId, n) => ({ itemId, score: answer.scores[n]! }))
    return c.json({ asOf, ...answer, scores })
  })
}

const score = createRoute({
  method: 'post',
  path: '/score',
  security: needs('read'),
  summary: 'Scores given items for somebody',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            of: who,
            items: z.array(parameters.itemId).min(1).max(1000),
            model: parameters.model,
          }),
        },
      },
    },
  },
  responses: answers(
    'In the order asked, rated items too',
    z
      .object({
        model: parameters.answeringModel,
        basis,
        historySize,
        asOf,
        scores: z.array(
          z.object({
            itemId: z.string(),
            score: z
              .number()
              .nullable()
              .openapi({ description: 'Null where the model does not know the item' }),
          }),
        ),
      })
      .openapi('Scores'),
    ...bodyProblems,
    ...modelProblems,
  ),
})
