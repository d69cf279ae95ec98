import { afterAll } from 'vitest'
import { openExperiments } from '../../src/experiments/open-experiments.ts'
import { createApp } from '../../src/http/app.ts'
import { createLog } from '../../src/http/log.ts'
import { createPostgresItemCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { createPostgresTrends } from '../../src/ratings/postgres-trends.ts'
import { createPostgresUserHistories } from '../../src/ratings/postgres-user-histories.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { LiveChampions } from '../../src/recommender/live-champions.ts'
import { SimilarUsers } from '../../src/recommender/similar-users.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { createPostgresReports } from '../../src/retraining/report/postgres-reports.ts'
import { createPostgresSegments } from '../../src/segments/postgres-segments.ts'
import { trainingsInProgress } from '../../src/training/postgres-training-runs.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'

/** The app with its own database, a champion whose scores can be computed by hand, and its log. */
export async function createTestApp() {
  const database = await createTestDatabase()
  const { registry, folder } = await createTestRegistry(database)
  const store = createFileArtifactStore(folder)
  const logged: string[] = []
  const log = createLog('trace', { write: (line) => logged.push(line) })
  const experiments = openExperiments(database, { home: folder, log })
  const catalog = createPostgresItemCatalog(database, silentFeed)
  const champions = new LiveChampions({
    registry,
    open: localInference(openProjection),
    catalog,
    log,
    pinned: () => experiments.live.pinnedVersions(),
  })
  const ratings = createPostgresUserRatings(database)
  const userHistories = createPostgresUserHistories(database)
  const similarUsers = new SimilarUsers({ champions, ratings, userHistories, log })
  const trends = createPostgresTrends(database.sql)
  const segments = createPostgresSegments(database)
  const reports = createPostgresReports(database)
  const pingDatabase = () => database.sql`select 1`
  const app = createApp({
    champions,
    ratings,
    catalog,
    similarUsers,
    trends,
    segments,
    experiments,
    registry,
    reports,
    store,
    trainingsInProgress: () => trainingsInProgress(database),
    pingDatabase,
    log,
  })
  afterAll(() => Promise.all([champions.close(), experiments.close()]))

  async function train(tilt = 0.1): Promise<number> {
    const name = await registry.publish(projectionArtifact(tilt), provenance)
    await registry.promote(name, { by: 'a test', reason: 'to serve' })
    await champions.refresh()
    return name.version
  }
  return {
    app,
    database,
    registry,
    folder,
    champions,
    ratings,
    catalog,
    similarUsers,
    trends,
    segments,
    experiments,
    reports,
    store,
    home: folder,
    trainingsInProgress: () => trainingsInProgress(database),
    log,
    logged,
    train,
  }
}

/** Notifies of no change and is never current, so that nothing is served from a cache. */
export const silentFeed = { subscribe: () => {}, isCurrent: () => false }

/** A POST request with a JSON body. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
