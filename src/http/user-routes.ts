import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { embed } from '../recommender/latent-space.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { SimilarUsers } from '../recommender/similar-users.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import { recommendationQuery } from './recommendation-query.ts'
import { asOf, historySize, modelProblems, modelVersion, versionOf } from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly similarUsers: Pick<SimilarUsers, 'find'>
}

/** User embeddings, and users with similar embeddings. */
export function addUserRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, similarUsers }: Dependencies,
): void {
  app.openapi(embedding, async (c) => {
    const { userId } = c.req.valid('param')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const embedded = await champions.use(c.req.valid('query').model, async (served) => {
      const { mean, std } = await embed(served, history, { signal })
      return {
        model: versionOf(served),
        size: mean.length,
        embedding: Array.from(mean),
        std: std && Array.from(std),
      }
    })
    return c.json({ userId, historySize: history.length, asOf, ...embedded })
  })

  app.openapi(similar, async (c) => {
    const { userId } = c.req.valid('param')
    const { model, k } = c.req.valid('query')
    const asOf = new Date().toISOString()
    const { users, indexedAt, ...found } = await similarUsers.find(model, userId, k)
    const body = { userId, asOf, ...found, indexedAt: indexedAt.toISOString(), users: [...users] }
    return respondList(c, body, body.users)
  })
}

const embedding = createRoute({
  method: 'get',
  path: '/users/{userId}/embedding',
  security: needs('read'),
  summary: 'The embedding of a user in the latent space of a model',
  request: { params: parameters.userPath, query: z.strictObject({ model: parameters.model }) },
  responses: respondsWith(
    'The embedding of the user’s current ratings; for an unknown user, that of an empty history',
    z
      .object({
        userId: z.string(),
        historySize,
        asOf,
        model: modelVersion,
        size: z.int(),
        embedding: z
          .array(z.number())
          .openapi({ description: 'For a model with a posterior, the mean of the posterior' }),
        std: z.array(z.number()).nullable().openapi({
          description: 'The standard deviations of the posterior; null for a model without a posterior',
        }),
      })
      .openapi('Embedding'),
    'unsupported-by-model',
    ...modelProblems,
  ),
})

const similar = createRoute({
  method: 'get',
  path: '/users/{userId}/similar',
  security: needs('read'),
  summary: 'The users most similar to a user',
  request: {
    params: parameters.userPath,
    query: z.strictObject({ k: recommendationQuery.k, model: parameters.model }),
  },
  responses: respondsWithList(
    'Most similar first, compared by their current ratings; none if the model cannot rank by the user’s history. Candidates come from an index of at most 50,000 users, chosen by a hash of their ids if there are more, and rebuilt when it is older than ten minutes',
    z
      .object({
        userId: z.string(),
        model: modelVersion,
        historySize,
        asOf,
        indexedUsers: z.int().openapi({ description: 'The number of users in the index' }),
        indexedAt: z.iso
          .datetime()
          .openapi({ description: 'Users added after this time are not in the index' }),
        users: z.array(
          z.object({
            userId: z.string(),
            similarity: z
              .number()
              .openapi({ description: 'The cosine of the embeddings, each minus the mean of all users' }),
          }),
        ),
      })
      .openapi('SimilarUsers'),
    'unsupported-by-model',
    'index-not-ready',
    ...modelProblems,
  ),
})
