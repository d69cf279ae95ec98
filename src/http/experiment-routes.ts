import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { analyzeExperiment } from '../experiments/analyze-experiment.ts'
import { definitionSchema } from '../experiments/definition.ts'
import type { Experiment, Experiments } from '../experiments/experiment.ts'
import type { OutcomeLog } from '../experiments/outcome-log.ts'
import { shortText } from '../ratings/id-schema.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import { respondList, respondsWithList } from './list-response.ts'
import { respondsWith } from './problem.ts'

interface Dependencies {
  readonly experiments: Experiments
  readonly outcomes: OutcomeLog
}

/** The life of an experiment, from its definition to its report. */
export function addExperimentRoutes(
  app: OpenAPIHono<Environment>,
  { experiments, outcomes }: Dependencies,
): void {
  app.openapi(list, async (c) => {
    const found = (await experiments.list()).map(toJson)
    return respondList(c, { experiments: found }, found)
  })
  app.openapi(create, async (c) => c.json(toJson(await experiments.create(c.req.valid('json')))))
  app.openapi(find, async (c) => c.json(toJson(await experiments.find(c.req.valid('param').name))))
  app.openapi(start, async (c) => c.json(toJson(await experiments.start(c.req.valid('param').name))))
  app.openapi(stop, async (c) => c.json(toJson(await experiments.stop(c.req.valid('param').name))))
  app.openapi(report, async (c) => {
    const found = await experiments.find(c.req.valid('param').name)
    const document: unknown = JSON.parse(JSON.stringify(await analyzeExperiment(found, outcomes)))
    return c.json(document as z.infer<typeof reportDocument>)
  })
}

function toJson({ definition, status, createdAt, startedAt, stoppedAt }: Experiment) {
  return {
    definition,
    status,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    stoppedAt: stoppedAt?.toISOString() ?? null,
  }
}

const experiment = z
  .object({
    definition: definitionSchema,
    status: z.enum(['draft', 'running', 'stopped']),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    stoppedAt: z.iso.datetime().nullable(),
  })
  .openapi('Experiment')

const reportDocument = z
  .looseObject({
    verdict: z.object({
      decision: z.enum(['better', 'worse', 'no-difference', 'not-yet', 'untrusted', 'stop']),
      text: z.string(),
      remainingDays: z.int().nullable(),
    }),
    flow: z.looseObject({}).openapi({ description: 'Exposures, feedback and the check of the split' }),
    metrics: z.array(z.looseObject({})).openapi({
      description: 'Each metric by variant, with lifts and their intervals, over time, by day and by segment',
    }),
  })
  .openapi('ExperimentReport')

const named = { params: z.strictObject({ name: shortText(63) }) }

const list = createRoute({
  method: 'get',
  path: '/experiments',
  security: needs('admin'),
  summary: 'All experiments, newest first',
  responses: respondsWithList('Newest first', z.object({ experiments: z.array(experiment) })),
})

const exampleDefinition = {
  name: 'vae-against-autorec',
  hypothesis: 'Mult-VAE recommends more items that users click',
  variants: [
    { name: 'control', model: 'i-autorec' },
    { name: 'treatment', model: 'mult-vae' },
  ],
  primaryMetric: { name: 'clicks', kind: 'count', event: 'click' },
  minimumDetectableEffect: 0.05,
}

const create = createRoute({
  method: 'post',
  path: '/experiments',
  security: needs('admin'),
  summary: 'Creates an experiment as a draft; it assigns no users before it is started',
  request: {
    body: jsonBody(definitionSchema, exampleDefinition),
  },
  responses: respondsWith(
    'The draft, including all defaults',
    experiment,
    'experiment-conflict',
    ...bodyProblems,
  ),
})

const find = createRoute({
  method: 'get',
  path: '/experiments/{name}',
  security: needs('admin'),
  summary: 'One experiment',
  request: named,
  responses: respondsWith('The experiment', experiment, 'unknown-experiment'),
})

const start = createRoute({
  method: 'post',
  path: '/experiments/{name}/start',
  security: needs('admin'),
  summary: 'Starts a draft; every replica assigns users within seconds',
  request: named,
  responses: respondsWith('Running', experiment, 'unknown-experiment', 'experiment-conflict'),
})

const stop = createRoute({
  method: 'post',
  path: '/experiments/{name}/stop',
  security: needs('admin'),
  summary: 'Stops an experiment; its log and report are kept',
  request: named,
  responses: respondsWith('Stopped', experiment, 'unknown-experiment', 'experiment-conflict'),
})

const report = createRoute({
  method: 'get',
  path: '/experiments/{name}/report',
  security: needs('admin'),
  summary: 'The report of an experiment: verdict, checks and metrics so far',
  request: named,
  responses: respondsWith(
    'The report on the current log',
    reportDocument,
    'unknown-experiment',
    'experiment-conflict',
  ),
})
