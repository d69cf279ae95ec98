import type { Logger } from 'pino'
import { type EventWeights, starWeights } from '../config/event-kinds.ts'
import { type ChangeFeed, openChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { openExperiments } from '../experiments/open-experiments.ts'
import { cacheUserRatings } from '../ratings/cached-user-ratings.ts'
import { createPostgresItemCatalog } from '../ratings/postgres-item-catalog.ts'
import { createPostgresUserHistories } from '../ratings/postgres-user-histories.ts'
import { createPostgresUserRatings } from '../ratings/postgres-user-ratings.ts'
import { startInferenceThreads } from '../recommender/inference/inference-threads.ts'
import { LiveChampions } from '../recommender/live-champions.ts'
import { SimilarUsers } from '../recommender/similar-users.ts'
import type { Registry } from '../registry/registry.ts'
import { createPostgresReports } from '../retraining/report/postgres-reports.ts'
import { trainingsUnderWay } from '../retraining/run/erase-from-runs.ts'
import { openAccess } from './access/open-access.ts'
import { createPostgresApiKeys } from './access/postgres-api-keys.ts'
import { createApp } from './app.ts'
import { createMetrics } from './metrics.ts'
import { listen, type RunningServer } from './server.ts'
import { openTracing } from './tracing.ts'

export interface ServiceOptions {
  readonly database: Database
  readonly registry: Registry
  /** The data folder. */
  readonly home: string
  readonly log: Logger
  /** By default the fastest backend that works. */
  readonly backend?: string
  /** By default keys are required, unless the service listens on a loopback address. */
  readonly apiKeys?: 'required' | 'off'
  /** The limit of each key at this replica; by default none. */
  readonly requestsPerMinute?: number
  /** Origins of pages whose scripts may send requests; by default none. */
  readonly corsOrigins?: readonly string[]
  /** The values of events where they differ from those on a scale of five stars. */
  readonly eventWeights?: Partial<EventWeights>
  /** The OpenTelemetry collector for traces; by default none are exported. */
  readonly tracesEndpoint?: string
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
}

export interface Service extends RunningServer {
  /** Resolves when every champion is loaded or cannot be loaded. */
  readonly loaded: Promise<void>
}

/**
 * Serves the champions of the registry over HTTP, each as soon as it is loaded. `close` lets the requests in progress
 * end and frees the models; the caller closes the database and the registry.
 *
 * @throws Error when it cannot listen on the address, when keys are required and there are none, and when the backend
 * cannot be used
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { database, registry, home, log, host, port, backend } = options
  const changes = openChangeFeed(database.sql)
  const access = await openAccess(createPostgresApiKeys(database), options)
  const metrics = createMetrics()
  const threads = await startInferenceThreads({ observer: metrics, ...(backend && { backend }) })
  const { name, device, skipped } = threads.backend
  log.info({ backend: name, device, skipped }, 'backend chosen')
  const experiments = openExperiments(database, { home, log })
  const catalog = createPostgresItemCatalog(database, changes)
  const champions = new LiveChampions({
    registry,
    open: threads.open,
    catalog,
    log,
    pinned: () => experiments.live.pinnedVersions(),
  })
  const ratings = cacheUserRatings(createPostgresUserRatings(database), changes, metrics)
  const userHistories = createPostgresUserHistories(database)
  const tracing = options.tracesEndpoint ? await openTracing(options.tracesEndpoint) : undefined
  tracing?.instrument(ratings, 'ratings', ['of', 'save', 'erase'])
  tracing?.instrument(catalog, 'catalog', ['titles'])
  tracing?.instrument(champions, 'champions', ['use'])
  const app = createApp({
    champions,
    ratings,
    catalog,
    similarUsers: new SimilarUsers({ champions, ratings, userHistories, log }),
    experiments,
    registry,
    reports: createPostgresReports(database),
    home,
    trainingsUnderWay: () => trainingsUnderWay(database),
    pingDatabase: () => database.sql`select 1`,
    log,
    eventWeights: { ...starWeights, ...options.eventWeights },
    metrics,
    ...(options.corsOrigins && { corsOrigins: options.corsOrigins }),
    ...(access.rules && { access: access.rules }),
    ...(tracing && { tracing }),
  })
  const closeAll = async () => {
    await tracing?.close()
    await changes.close()
    access.close()
    await experiments.close()
    await champions.close()
    await threads.close()
  }
  const server = await listen(app.fetch, host, port, metrics.requestRejected).catch(async (error) => {
    await closeAll()
    throw error
  })
  refreshOnPromotion(changes, champions)
  const loaded = Promise.all([champions, experiments.live].map((live) => live.follow(pollIntervalMs)))
  return {
    url: server.url,
    loaded: loaded.then(() => {}),
    close: async () => {
      await server.close()
      await closeAll()
    },
  }
}

/** Refreshes on each notification of the database; polling covers lost notifications. */
function refreshOnPromotion(changes: ChangeFeed, champions: LiveChampions): void {
  changes.subscribe((change) => {
    if (change.of === 'champions' || change.of === 'anything') champions.refresh().catch(() => {})
  })
}

const pollIntervalMs = 1000
