import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ErasureReceipt } from '../console/users/erasure-receipt.ts'
import { storedIdSchema } from '../ratings/id-schema.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { eraseAndReport, type ReceiptDependencies } from './erase-and-report.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'

/** Erases a user and reports what was erased. */
export function addErasureRoutes(app: OpenAPIHono<Environment>, dependencies: ReceiptDependencies): void {
  app.openapi(erase, async (c) =>
    c.json(toJson(await eraseAndReport(dependencies, c.req.valid('param').userId))),
  )
  app.openapi(eraseAny, async (c) =>
    c.json(toJson(await eraseAndReport(dependencies, c.req.valid('json').userId))),
  )
}

function toJson({
  runsWithoutRatings,
  trainedVersions,
  unknownVersions,
  trainingsInProgress,
  ...counts
}: ErasureReceipt) {
  return {
    ...counts,
    runsWithoutRatings: [...runsWithoutRatings],
    trainedVersions: [...trainedVersions],
    unknownVersions: [...unknownVersions],
    trainingsInProgress: [...trainingsInProgress],
  }
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
    erasedRetractions: z.int().openapi({ description: 'The number of ratings that had been retracted' }),
    erasedExposures: z.int().openapi({ description: 'The number of lists served in experiments' }),
    erasedFeedback: z.int(),
    changedReports: z.int().openapi({ description: 'The number of retraining reports that showed the user' }),
    experimentsTested: z
      .int()
      .openapi({ description: 'The number of experiments that named the user as a tester' }),
    runsWithoutRatings: z.array(z.uuid()).openapi({
      description:
        'Unfinished retraining runs whose copy of the ratings is deleted. One that is executing continues, on workers with a copy without the user; the others cannot be resumed',
    }),
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
    trainingsInProgress: z.array(z.object({ model: z.string(), startedAt: z.iso.datetime() })).openapi({
      description:
        'Trainings that read the ratings before the erasure; erasing the user again names what they have published',
    }),
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

const eraseAny = createRoute({
  method: 'post',
  path: '/erasures',
  security: needs('write'),
  summary: 'Erases a user whose id no URL can contain, such as . or ..',
  description: 'The same as DELETE /users/{userId}, for any id that is stored.',
  request: {
    body: jsonBody(z.strictObject({ userId: storedIdSchema })),
  },
  responses: respondsWith('The user is erased', receipt, ...bodyProblems),
})
