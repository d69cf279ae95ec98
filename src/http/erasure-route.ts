import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly ratings: Pick<UserRatings, 'erase'>
  readonly experiments: Pick<OpenExperiments, 'eraseUser'>
  readonly registry: Pick<Registry, 'trace' | 'champions'>
  readonly reports: Pick<Reports, 'eraseUser'>
}

/** Forgetting a user, with a receipt. */
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
    const answering = new Set(champions.map(({ model, version }) => `${model} ${version}`))
    return c.json({
      userId,
      erasedAt,
      erasedRatings,
      erasedExposures: exposures,
      erasedFeedback: feedback,
      changedReports,
      trainedVersions: learned.map(({ model, version, through }) => {
        const isChampion = answering.has(`${model} ${version}`)
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
    erasedExposures: z.int().openapi({ description: 'Lists served in experiments' }),
    erasedFeedback: z.int(),
    changedReports: z.int().openapi({ description: 'Reports of retraining that showed the user' }),
    trainedVersions: z
      .array(
        version.extend({
          through: z.enum(['ratings', 'parent']).openapi({
            description: 'Whether training saw the ratings, or started from a version that had',
          }),
          isChampion: z.boolean().openapi({ description: 'Whether it answers now' }),
        }),
      )
      .openapi({
        description: 'Whose weights still carry what was learned from the user, until they are trained anew',
      }),
    unknownVersions: z
      .array(version)
      .openapi({ description: 'Registered without telling whom they learned from' }),
  })
  .openapi('Erasure')

const erase = createRoute({
  method: 'delete',
  path: '/users/{userId}',
  security: needs('write'),
  summary: 'Erases a user with all ratings, lists served and feedback',
  description:
    'From the next answer on the user is a stranger, at other replicas once the database has told them, which takes ' +
    'milliseconds and two seconds at most. Asking again for one who is gone is no error and gives the same versions.',
  request: { params: parameters.userPath },
  responses: answers('The user is gone', receipt),
})
