import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { scoreItems } from '../recommender/score-items.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import {
  asOf,
  basis,
  historySize,
  modelProblems,
  modelVersion,
  predictedRating,
  versionOf,
} from './responses.ts'
import { readHistory, userOrHistory } from './user-or-history.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
}

/** Scores for items that the client has chosen, for example to reorder the results of a search. */
export function addScoreRoute(app: OpenAPIHono<Environment>, { champions, ratings }: Dependencies): void {
  app.openapi(score, async (c) => {
    const { items, model, subject } = c.req.valid('json')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const history = await readHistory(subject, ratings)
    const scored = await champions.use(model, async (served) => {
      const rated = history(served)
      const { basis, scores } = await scoreItems(served, rated, items, { signal })
      return { model: versionOf(served), historySize: rated.length, basis, scores }
    })
    return c.json({ asOf, ...scored })
  })
}

const score = createRoute({
  method: 'post',
  path: '/score',
  security: needs('read'),
  summary: 'Scores the listed items for a user or a history',
  request: {
    body: jsonBody(
      z.strictObject({
        subject: userOrHistory,
        items: z.array(parameters.itemId).min(1).max(1000),
        model: parameters.model,
      }),
    ),
  },
  responses: respondsWith(
    'The scores in the order of the request, including rated items',
    z
      .object({
        model: modelVersion,
        basis,
        historySize,
        asOf,
        scores: z.array(
          z.object({
            itemId: z.string(),
            score: z.number().nullable().openapi({
              description: 'As in a list of recommendations; null if the model does not know the item',
            }),
            predictedRating,
          }),
        ),
      })
      .openapi('Scores'),
    ...bodyProblems,
    ...modelProblems,
  ),
})
