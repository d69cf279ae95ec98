import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'

interface Dependencies {
  readonly ratings: Pick<UserRatings, 'erase'>
  readonly experiments: Pick<OpenExperiments, 'eraseUser'>
  readonly registry: Pick<Registry, 'trace' | 'champions'>
  readonly reports: Pick<Reports, 'eraseUser'>
}

/** Erases a user and reports what was erased. */
export function addErasureRoute(
  app: OpenAPIHono<Environment>,
  { ratings, experiments, registry, reports }: Dependencies,
): void {
  app.openapi(erase, async (c) => {
    const { userId } = c.req.valid('param')
    const erasedRatings = await ratings.erase(userId)
    const { exposures, feedback } = await experiments.eraseUser(userId)
    const changedReports = await reports.eraseUser(userId)
    const erasedAt = new Date().toISOString()
    const [{ learned, unknown }, champions] = await Promise.all([
      registry.trace(userId),
      registry.champions(),
    ])
    const championNames = new Set(champions.map(({ model, version }) => `${model} ${version}`))
    return c.json({
      userId,
      erasedAt,
      erasedRatings,
      erasedExposures: exposures,
      erasedFeedback: feedback,
      changedReports,
      trainedVersions: learned.map(({ model, version, through }) => {
        const isChampion = championNames.has(`${model} ${version}`)
        return { model, version, through, isChampion }
      }),
      unknownVersions: [...unknown],
    })
  })
}

const version = z.object({
  model: z.string().openapi({ example: 'mult-vae' }),
  version: z.int().openapi({ example: 3 }),
})

const receipt = z
  .object({
    userId: z.string(),
    erasedAt: z.iso.datetime(),
    erasedRatings: z.int(),
    erasedExposures: z.int().openapi({ description: 'The number of lists served in experiments' }),
    erasedFeedback: z.int(),
    changedReports: z.int().openapi({ description: 'The number of retraining reports that showed the user' }),
    trainedVersions: z
      .array(
        version.extend({
          through: z.enum(['ratings', 'parent']).openapi({
            description: 'Whether the version was trained on the ratings, or started from a version that was',
          }),
          isChampion: z.boolean().openapi({ description: 'Whether the version is a champion now' }),
        }),
      )
      .openapi({
        description:
          'Versions trained on the user’s ratings; their weights keep what was learned until the model is retrained',
      }),
    unknownVersions: z
      .array(version)
      .openapi({ description: 'Versions registered without a record of the users they were trained on' }),
  })
  .openapi('Erasure')

const erase = createRoute({
  method: 'delete',
  path: '/users/{userId}',
  security: needs('write'),
  summary: 'Erases a user with all ratings, served lists and feedback',
  description:
    'The user is unknown from the next request on; at other replicas, after a notification from the database, which ' +
    'takes milliseconds and at most two seconds. Erasing the user again is not an error and reports the same versions.',
  request: { params: parameters.userPath },
  responses: respondsWith('The user is erased', receipt),
})
