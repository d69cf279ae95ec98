import type { Logger } from 'pino'
import { Caches } from '../caches/caches.ts'
import { type EventWeights, starWeights } from '../config/event-kinds.ts'
import { type ChangeFeed, openChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { openReadReplica } from '../db/read-replica.ts'
import { openExperiments } from '../experiments/open-experiments.ts'
import { cacheUserRatings } from '../ratings/cached-user-ratings.ts'
import { createPostgresItemCatalog } from '../ratings/postgres-item-catalog.ts'
import { createPostgresTrends } from '../ratings/postgres-trends.ts'
import { createPostgresUserHistories } from '../ratings/postgres-user-histories.ts'
import { createPostgresUserRatings } from '../ratings/postgres-user-ratings.ts'
import { readFromReplica } from '../ratings/replica-user-ratings.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { openFilterCaches } from '../recommender/filters/filter-masks.ts'
import { startInferenceThreads } from '../recommender/inference/inference-threads.ts'
import { LiveChampions } from '../recommender/live-champions.ts'
import { SimilarUsers } from '../recommender/similar-users.ts'
import { type ArtifactStoreConfig, openArtifactStore } from '../registry/open-artifact-store.ts'
import type { Registry } from '../registry/registry.ts'
import { createPostgresReports } from '../retraining/report/postgres-reports.ts'
import { createPostgresSegments } from '../segments/postgres-segments.ts'
import { trainingsInProgress } from '../training/postgres-training-runs.ts'
import { openAccess } from './access/open-access.ts'
import { createPostgresApiKeys } from './access/postgres-api-keys.ts'
import { createApp } from './app.ts'
import { openConsole } from './console/open-console.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { listen, type RunningServer } from './server.ts'
import { openTracing } from './tracing.ts'

export interface ServiceOptions extends ArtifactStoreConfig {
  readonly database: Database
  /** A streaming replica of the database, for histories. */
  readonly databaseReadUrl?: string
  readonly registry: Registry
  readonly log: Logger
  /** By default the fastest backend that works. */
  readonly backend?: string
  /** By default keys are required, unless the service listens on a loopback address. */
  readonly apiKeys?: 'required' | 'off'
  /** The limit of each key; by default none. */
  readonly requestsPerMinute?: number
  /** Where requests are counted: by each replica, or in the database for all replicas; by default by each. */
  readonly rateLimitStore?: 'memory' | 'postgres'
  /** Names of the service besides `host`, localhost and IP addresses, which a service without keys serves. */
  readonly allowedHosts?: readonly string[]
  /** Origins of pages whose scripts may send requests; by default none. */
  readonly corsOrigins?: readonly string[]
  /** The values of events where they differ from those on a scale of five stars. */
  readonly eventWeights?: EventWeights
  /** The OpenTelemetry collector for traces; by default none are exported. */
  readonly tracesEndpoint?: string
  /** After which the response to a request is 503; by default ten seconds. */
  readonly requestTimeoutMs?: number
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** Another port, of this process alone, where several processes share `port`. */
  readonly ownPort?: number
}

export interface Service extends RunningServer {
  /** Resolves when every champion is loaded or cannot be loaded. */
  readonly loaded: Promise<void>
  /** Where only this process responds. */
  readonly ownUrl?: string
}

/**
 * Serves the champions of the registry over HTTP, each as soon as it is loaded. `close` lets the requests in progress
 * end and frees the models; the caller closes the database and the registry.
 *
 * @throws Error when it cannot listen on the address, when keys are required and there are none, and when the backend
 * cannot be used
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const opened: (() => unknown)[] = []
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return await start(options, (close) => opened.push(close), closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** @param onClose registers how to close what was opened; the last opened is closed first */
async function start(
  options: ServiceOptions,
  onClose: (close: () => unknown) => void,
  closeAll: () => Promise<void>,
): Promise<Service> {
  const { database, registry, home, log, host, port, backend } = options
  const access = await openAccess(createPostgresApiKeys(database), {
    ...options,
    ...(options.rateLimitStore === 'postgres' && { sharedCounts: database.sql }),
  })
  onClose(access.close)
  const changes = openChangeFeed(database.sql)
  onClose(changes.close)
  const metrics = createMetrics()
  const caches = new Caches()
  const threads = await startInferenceThreads({ observer: metrics, ...(backend && { backend }) })
  onClose(threads.close)
  const { name, device, skipped } = threads.backend
  log.info({ backend: name, device, skipped }, 'backend chosen')
  const experiments = openExperiments(database, { home, log })
  onClose(experiments.close)
  const catalog = createPostgresItemCatalog(database, changes, caches)
  const champions = new LiveChampions({
    registry,
    open: threads.open,
    catalog,
    filterCaches: openFilterCaches(caches),
    log,
    pinned: () => experiments.live.pinnedVersions(),
  })
  onClose(() => champions.close())
  const ratings = cacheUserRatings(openRatings(options, changes, metrics, onClose), changes, metrics, caches)
  const userHistories = createPostgresUserHistories(database)
  const tracing = options.tracesEndpoint ? await openTracing(options.tracesEndpoint) : undefined
  onClose(() => tracing?.close())
  tracing?.instrument(ratings, 'ratings', ['of', 'page', 'events', 'save', 'retract', 'erase'])
  tracing?.instrument(catalog, 'catalog', ['titles', 'find', 'page', 'save', 'delete'])
  tracing?.instrument(champions, 'champions', ['use'])
  const trends = createPostgresTrends(database.sql, caches)
  const similarUsers = new SimilarUsers({ champions, ratings, userHistories, log }, caches)
  log.info(
    { maxBytes: Object.fromEntries(caches.usage().map(({ name, maxBytes }) => [name, maxBytes])) },
    `caches take at most ${Math.round(caches.maxBytes / 2 ** 20)} MiB`,
  )
  const reports = createPostgresReports(database)
  const parts = {
    champions,
    ratings,
    catalog,
    similarUsers,
    segments: createPostgresSegments(database),
    experiments,
    registry,
    reports,
    store: openArtifactStore(options),
    trainingsInProgress: () => trainingsInProgress(database),
  }
  const console = openConsole(database, { ...parts, metrics })
  const app = createApp({
    ...parts,
    trends,
    pingDatabase: () => database.sql`select 1`,
    log,
    eventWeights: { ...starWeights, ...options.eventWeights },
    metrics,
    caches,
    console,
    ...(options.corsOrigins && { corsOrigins: options.corsOrigins }),
    ...(access.rules ? { access: access.rules } : { allowedHosts: [host, ...(options.allowedHosts ?? [])] }),
    ...(tracing && { tracing }),
    ...(options.requestTimeoutMs && { requestTimeoutMs: options.requestTimeoutMs }),
  })
  // first, because a process that listens on the shared port counts as started
  const own =
    options.ownPort === undefined
      ? undefined
      : await listen(
          (request, env) => app.fetch(request, { ...env, isOwnPort: true }),
          host,
          options.ownPort,
          metrics.requestRejected,
          false,
        )
  onClose(() => own?.close())
  const server = await listen(app.fetch, host, port, metrics.requestRejected)
  onClose(server.close)
  refreshOnPromotion(changes, champions)
  const loaded = Promise.all([champions, experiments.live].map((live) => live.follow(pollIntervalMs)))
  void loaded.then(console.prepare).catch((err) => log.debug({ err }, 'the console is not prepared'))
  return {
    url: server.url,
    ...(own && { ownUrl: own.url }),
    loaded: loaded.then(() => {}),
    close: closeAll,
  }
}

function openRatings(
  { database, databaseReadUrl, log }: ServiceOptions,
  changes: ChangeFeed,
  metrics: Metrics,
  onClose: (close: () => unknown) => void,
): UserRatings {
  const primary = createPostgresUserRatings(database)
  if (databaseReadUrl === undefined) return primary
  const replica = openReadReplica(databaseReadUrl, database.sql, {
    replicaChanged: (err) => {
      if (err)
        log.warn(
          { err },
          'the replica in DATABASE_READ_URL is not used: histories are read from DATABASE_URL',
        )
      else log.info('the replica in DATABASE_READ_URL is used again')
    },
  })
  onClose(replica.close)
  return readFromReplica(primary, replica, changes, metrics)
}

/** Refreshes on each notification of the database; polling covers lost notifications. */
function refreshOnPromotion(changes: ChangeFeed, champions: LiveChampions): void {
  changes.subscribe((change) => {
    if (change.of === 'champions' || change.of === 'anything') champions.refresh().catch(() => {})
  })
}

const pollIntervalMs = 1000
