// The HTTP interface as a function of what it needs.
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { timeout } from 'hono/timeout'
import type { Logger } from 'pino'
import type { EventWeights } from '../config/event-kinds.ts'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { SimilarUsers } from '../recommender/similar-users.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import { type AccessRules, authorize } from './access/authorize.ts'
import { addBatchRoute } from './batch-route.ts'
import { addDocsRoutes } from './docs-routes.ts'
import { addDocumentRoute } from './document-route.ts'
import type { Environment } from './environment.ts'
import { addErasureRoute } from './erasure-route.ts'
import { answerErrors } from './error-problem.ts'
import { addExperimentRoutes } from './experiment-routes.ts'
import { addExplainRoute } from './explain-route.ts'
import { exposureLogging } from './exposure-logging.ts'
import { addFeedbackRoute } from './feedback-route.ts'
import { addHealthRoutes } from './health-routes.ts'
import { addItemRoutes } from './item-routes.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { addModelsRoute } from './models-route.ts'
import { problem } from './problem.ts'
import { addRatingsRoute } from './ratings-route.ts'
import { addRecommendRoutes } from './recommend-routes.ts'
import { refuseRequest } from './refused-request.ts'
import { addReportsRoute } from './reports-route.ts'
import { requestLog } from './request-log.ts'
import { answerHeaders, crossOrigin } from './response-headers.ts'
import { addScoreRoute } from './score-route.ts'
import { addTasteRoutes } from './taste-routes.ts'
import type { Tracing } from './tracing.ts'
import { addUserRoutes } from './user-routes.ts'
import { wellFormedAddress } from './well-formed-address.ts'

type App = OpenAPIHono<Environment>

export interface AppDependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
  readonly similarUsers: Pick<SimilarUsers, 'find'>
  readonly experiments: OpenExperiments
  readonly registry: Pick<Registry, 'trace' | 'champions'>
  readonly reports: Reports
  /** Resolves when the database answers. */
  readonly pingDatabase: () => Promise<unknown>
  readonly log: Logger
  /** What events are worth that come without a value; as on a scale of five stars where left out. */
  readonly eventWeights?: EventWeights
  /** Where the service counts; one of its own where left out. */
  readonly metrics?: Metrics
  /** Who may ask; everybody where left out. */
  readonly access?: AccessRules
  /** Origins of pages whose scripts may ask, as in https://shop.example; none where left out. */
  readonly corsOrigins?: readonly string[]
  /** Where spans go; nowhere where left out. */
  readonly tracing?: Pick<Tracing, 'requests'>
}

/** All routes; their schemas also give the OpenAPI document. Whatever goes wrong is answered as a problem. */
export function createApp({ metrics = createMetrics(), ...dependencies }: AppDependencies): App {
  const app = new OpenAPIHono<Environment>({ defaultHook: refuseRequest })
  app.use(
    answerHeaders,
    requestLog(dependencies.log, metrics),
    exposureLogging(dependencies.experiments.exposures),
  )
  if (dependencies.tracing) app.use(dependencies.tracing.requests)
  if (dependencies.corsOrigins?.length) app.use(crossOrigin(dependencies.corsOrigins))
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerMethod }))
  if (dependencies.access) app.use(authorize(app, dependencies.access))
  app.use(wellFormedAddress, timeout(longestRequest), limitBody)
  addRecommendRoutes(app, dependencies)
  addBatchRoute(app, dependencies)
  addExplainRoute(app, dependencies)
  addScoreRoute(app, dependencies)
  addTasteRoutes(app, dependencies)
  addItemRoutes(app, dependencies)
  addUserRoutes(app, dependencies)
  addErasureRoute(app, dependencies)
  addRatingsRoute(app, dependencies)
  addFeedbackRoute(app, dependencies.experiments)
  addExperimentRoutes(app, dependencies.experiments)
  addModelsRoute(app, dependencies)
  addReportsRoute(app, dependencies)
  addHealthRoutes(app, dependencies)
  addMetricsRoute(app, { ...dependencies, metrics })
  addDocumentRoute(app)
  addDocsRoutes(app)
  app.notFound((c) => problem(c, 'not-found', `Nothing answers ${c.req.method} at this address.`))
  app.onError(answerErrors(dependencies.log))
  return app
}

const longestRequest = 10_000 // milliseconds
const largestBody = 1024 * 1024 // bytes

const limit = bodyLimit({ maxSize: largestBody, onError: answerBody })

/** Looking at the body itself takes longer than all else about a request, and its length is mostly told before. */
const limitBody: MiddlewareHandler<Environment> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const length = c.req.header('Content-Length')
  if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return limit(c, next)
  return Number(length) > largestBody ? answerBody(c) : next()
}

function answerMethod(c: Context<Environment>, methods: string[]): Response {
  const allowed = methods.join(', ')
  c.header('Allow', allowed)
  return problem(c, 'method-not-allowed', `This address takes ${allowed}, not ${c.req.method}.`)
}

function answerBody(c: Context): Response {
  return problem(c, 'body-too-large', `A body may have ${largestBody} bytes: send it in several requests.`)
}
