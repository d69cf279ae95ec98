// The running service: live champions, the app, and the server around it.
import type { Logger } from 'pino'
import { type EventWeights, starWeights } from '../config/event-kinds.ts'
import { type ChangeFeed, openChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { openExperiments } from '../experiments/open-experiments.ts'
import { cacheUserRatings } from '../ratings/cached-user-ratings.ts'
import { createPostgresItemCatalog } from '../ratings/postgres-item-catalog.ts'
import { readPostgresTastes } from '../ratings/postgres-taste-sample.ts'
import { createPostgresUserRatings } from '../ratings/postgres-user-ratings.ts'
import { startInferenceThreads } from '../recommender/inference-thread/inference-threads.ts'
import { LiveChampions } from '../recommender/live-champions.ts'
import { SimilarUsers } from '../recommender/similar-users.ts'
import type { Registry } from '../registry/registry.ts'
import { createPostgresReports } from '../retraining/report/postgres-reports.ts'
import { openAccess } from './access/open-access.ts'
import { createPostgresApiKeys } from './access/postgres-api-keys.ts'
import { createApp } from './app.ts'
import { createMetrics } from './metrics.ts'
import { listen, type RunningServer } from './server.ts'
import { openTracing } from './tracing.ts'

export interface ServiceOptions {
  readonly database: Database
  readonly registry: Registry
  /** The folder that holds what Palate keeps. */
  readonly home: string
  readonly log: Logger
  /** What computes, by name; the best that works where left out. */
  readonly backend?: string
  /** Whether a key is asked for; where left out, unless only this machine can reach the service. */
  readonly apiKeys?: 'required' | 'off'
  /** What a key may make at this replica; as many as it likes where left out. */
  readonly requestsPerMinute?: number
  /** Origins of pages whose scripts may ask; none where left out. */
  readonly corsOrigins?: readonly string[]
  /** What events are worth, where it is not what it is on a scale of five stars. */
  readonly eventWeights?: Partial<EventWeights>
  /** The OpenTelemetry collector that traces go to; none where left out. */
  readonly tracesEndpoint?: string
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
}

/**
 * Answers over HTTP with the champions of the registry, each computed in a thread of its own. `close` lets the requests under way
 * end and frees the models; database and registry stay their owner's.
 *
 * @throws Error when the address cannot be taken, saying which, when keys are asked for and there are none, and when the
 * backend cannot be used
 */
export async function startService(options: ServiceOptions): Promise<RunningServer> {
  const { database, registry, home, log, host, port, backend } = options
  const changes = openChangeFeed(database.sql)
  const access = await openAccess(createPostgresApiKeys(database), options)
  const metrics = createMetrics()
  const threads = await startInferenceThreads({ observer: metrics, ...(backend && { backend }) })
  const { name, device, skipped: passedOver } = threads.backend
  log.info({ backend: name, device, passedOver }, 'backend chosen')
  const experiments = openExperiments(database, { home, log })
  const champions = new LiveChampions({
    registry,
    open: threads.open,
    log,
    pinned: () => experiments.live.pinnedVersions(),
  })
  const ratings = cacheUserRatings(createPostgresUserRatings(database), changes, metrics)
  const readTastes = readPostgresTastes(database)
  const tracing = options.tracesEndpoint ? await openTracing(options.tracesEndpoint) : undefined
  tracing?.follow(ratings, 'ratings', ['of', 'titles', 'save', 'erase'])
  tracing?.follow(champions, 'champions', ['use'])
  const app = createApp({
    champions,
    ratings,
    similarUsers: new SimilarUsers({ champions, ratings, readTastes, log }),
    catalog: createPostgresItemCatalog(database, changes),
    experiments,
    registry,
    reports: createPostgresReports(database),
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
  const server = await listen(app.fetch, host, port, metrics.questionRefused).catch(async (error) => {
    await closeAll()
    throw error
  })
  followPromotions(changes, champions)
  await Promise.all([champions, experiments.live].map((live) => live.follow(changesNoticedWithin)))
  return {
    url: server.url,
    close: async () => {
      await server.close()
      await closeAll()
    },
  }
}

/** At once, where the database tells; what it could not tell is noticed by asking again and again. */
function followPromotions(changes: ChangeFeed, champions: LiveChampions): void {
  changes.subscribe((change) => {
    if (change.of === 'champions' || change.of === 'anything') champions.refresh().catch(() => {})
  })
}

const changesNoticedWithin = 1000 // milliseconds
