import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { timeout } from 'hono/timeout'
import type { Logger } from 'pino'
import type { Caches } from '../caches/caches.ts'
import type { EventWeights } from '../config/event-kinds.ts'
import type { ConsoleDependencies } from '../console/dependencies.ts'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { Trends } from '../ratings/trends.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { SimilarUsers } from '../recommender/similar-users.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import type { Segments } from '../segments/postgres-segments.ts'
import { type AccessRules, authorize } from './access/authorize.ts'
import { refuseOtherSites } from './access/refuse-other-sites.ts'
import { createRequestLimit } from './access/request-limit.ts'
import type { Sessions } from './access/sessions.ts'
import { addBatchRoute } from './batch-route.ts'
import { limitBody } from './body-limit.ts'
import { addCatalogRoutes } from './catalog-routes.ts'
import { addConsole } from './console/console-routes.ts'
import { addDocsRoutes } from './docs-routes.ts'
import type { Environment } from './environment.ts'
import { addErasureRoutes } from './erasure-route.ts'
import { errorHandler } from './error-handler.ts'
import { addExperimentRoutes } from './experiment-routes.ts'
import { addExplainRoute } from './explain-route.ts'
import { addFeedbackRoute } from './feedback-route.ts'
import { addGroupRoutes } from './group-routes.ts'
import { addHealthRoutes } from './health-routes.ts'
import { rejectInvalidRequest, rejectMalformedPath } from './invalid-request.ts'
import { addItemRoutes } from './item-routes.ts'
import { logExposure } from './log-exposure.ts'
import { logRequest } from './log-request.ts'
import { addMapRoutes } from './map-routes.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { addModelsRoute } from './models-route.ts'
import { addPopularRoutes } from './popular-routes.ts'
import { problem } from './problem.ts'
import { addRatingsRoute } from './ratings-route.ts'
import { addRecommendRoutes } from './recommend-routes.ts'
import { addReportsRoute } from './reports-route.ts'
import { crossOrigin, responseHeaders } from './response-headers.ts'
import { addScoreRoute } from './score-route.ts'
import { addSegmentRoutes } from './segment-routes.ts'
import { addSteerRoute } from './steer-route.ts'
import type { Tracing } from './tracing.ts'
import { unpackBody } from './unpack-body.ts'
import { addUserRatingsRoutes } from './user-ratings-routes.ts'
import { addUserRoutes } from './user-routes.ts'

type App = OpenAPIHono<Environment>

export interface AppDependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
  readonly similarUsers: Pick<SimilarUsers, 'find'>
  readonly trends: Trends
  readonly segments: Pick<Segments, 'find'>
  readonly experiments: OpenExperiments
  readonly registry: Pick<Registry, 'trace' | 'champions' | 'eraseUser'>
  readonly reports: Reports
  readonly store: ArtifactStore
  /** Trainings that may publish what they learned from an erased user. */
  readonly trainingsInProgress: () => Promise<readonly { readonly model: string; readonly startedAt: Date }[]>
  /** Resolves when the database responds. */
  readonly pingDatabase: () => Promise<unknown>
  readonly log: Logger
  /** The values of events sent without one; by default as on a scale of five stars. */
  readonly eventWeights?: EventWeights
  /** Whose memory the metrics show; by default none. */
  readonly caches?: Pick<Caches, 'usage'>
  /** What the pages of the console show, and who is signed in; by default there is no console. */
  readonly console?: ConsoleDependencies & { readonly sessions: Sessions }
  /** By default new metrics for this app. */
  readonly metrics?: Metrics
  /** By default every request is allowed. */
  readonly access?: AccessRules
  /** The names of a service without keys; by default all. */
  readonly allowedHosts?: readonly string[]
  /** Origins of pages whose scripts may send requests, such as https://shop.example; by default none. */
  readonly corsOrigins?: readonly string[]
  /** By default there are no traces. */
  readonly tracing?: Pick<Tracing, 'requests'>
  /** After which the response to a request is 503; by default ten seconds. */
  readonly requestTimeoutMs?: number
}

/** The HTTP interface as a function of its dependencies. The OpenAPI document is generated from the same routes. */
export function createApp({ metrics = createMetrics(), ...dependencies }: AppDependencies): App {
  const app = new OpenAPIHono<Environment>({ defaultHook: rejectInvalidRequest })
  app.use(
    responseHeaders,
    logRequest(dependencies.log, metrics),
    logExposure(dependencies.experiments.exposures),
  )
  if (dependencies.tracing) app.use(dependencies.tracing.requests)
  if (dependencies.corsOrigins?.length) app.use(crossOrigin(dependencies.corsOrigins))
  const { allowedHosts: hosts, corsOrigins = [] } = dependencies
  if (hosts) app.use(refuseOtherSites({ hosts, corsOrigins }))
  app.use(methodNotAllowed({ app, onMethodNotAllowed: rejectMethod }))
  const limit = createRequestLimit(
    dependencies.access?.requestsPerMinute ?? Number.POSITIVE_INFINITY,
    dependencies.access?.sharedCounts,
    (err) =>
      dependencies.log.warn(
        { err },
        'requests cannot be counted in the database: this replica counts by itself',
      ),
  )
  if (dependencies.access) app.use(authorize(app, dependencies.access, limit))
  app.use(
    rejectMalformedPath,
    timeout(dependencies.requestTimeoutMs ?? defaultRequestTimeoutMs),
    limitBody,
    unpackBody,
  )
  addRecommendRoutes(app, dependencies)
  addBatchRoute(app, dependencies)
  addExplainRoute(app, dependencies)
  addScoreRoute(app, dependencies)
  addGroupRoutes(app, dependencies)
  addSteerRoute(app, dependencies)
  addSegmentRoutes(app, dependencies)
  addPopularRoutes(app, dependencies)
  addCatalogRoutes(app, dependencies)
  addItemRoutes(app, dependencies)
  addUserRoutes(app, dependencies)
  addMapRoutes(app, dependencies)
  addErasureRoutes(app, dependencies)
  addUserRatingsRoutes(app, dependencies)
  addRatingsRoute(app, dependencies)
  addFeedbackRoute(app, dependencies.experiments)
  addExperimentRoutes(app, dependencies.experiments)
  addModelsRoute(app, dependencies)
  addReportsRoute(app, dependencies)
  addHealthRoutes(app, dependencies)
  addMetricsRoute(app, { ...dependencies, metrics })
  addDocsRoutes(app)
  const onError = errorHandler(dependencies.log)
  const { console, access } = dependencies
  if (console) addConsole(app, { console, keys: access?.keys, sessions: console.sessions, limit, onError })
  // load balancers check the health of a service so
  app.notFound((c) =>
    c.req.method === 'OPTIONS' && c.req.path === '/'
      ? c.body(null, 204)
      : problem(c, 'not-found', `There is no route for ${c.req.method} at this path.`),
  )
  app.onError(onError)
  return app
}

const defaultRequestTimeoutMs = 10_000

function rejectMethod(c: Context<Environment>, methods: string[]): Response {
  const allowed = methods.join(', ')
  c.header('Allow', allowed)
  return problem(c, 'method-not-allowed', `This path supports ${allowed}, not ${c.req.method}.`)
}
