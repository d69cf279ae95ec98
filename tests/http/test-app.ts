import { afterAll } from 'vitest'
import { openExperiments } from '../../src/experiments/open-experiments.ts'
import { createApp } from '../../src/http/app.ts'
import { createLog } from '../../src/http/log.ts'
import { createPostgresItemCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { readPostgresTastes } from '../../src/ratings/postgres-taste-sample.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { inThisThread } from '../../src/recommender/inference-in-this-thread.ts'
import { LiveChampions } from '../../src/recommender/live-champions.ts'
import { SimilarUsers } from '../../src/recommender/similar-users.ts'
import { createPostgresReports } from '../../src/retraining/report/postgres-reports.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'

/** The app over a database of its own, with a champion that can be worked out by hand; and what it logs. */
export async function createTestApp() {
  const database = await createTestDatabase()
  const { registry, folder } = await createTestRegistry(database)
  const logged: string[] = []
  const log = createLog('trace', { write: (line) => logged.push(line) })
  const experiments = openExperiments(database, { home: folder, log })
  const champions = new LiveChampions({
    registry,
    open: inThisThread(openProjection),
    log,
    pinned: () => experiments.live.pinnedVersions(),
  })
  const ratings = createPostgresUserRatings(database)
  const catalog = createPostgresItemCatalog(database, deafFeed)
  const readTastes = readPostgresTastes(database)
  const similarUsers = new SimilarUsers({ champions, ratings, readTastes, log })
  const reports = createPostgresReports(database)
  const pingDatabase = () => database.sql`select 1`
  const app = createApp({
    champions,
    ratings,
    catalog,
    similarUsers,
    experiments,
    registry,
    reports,
    pingDatabase,
    log,
  })
  afterAll(() => Promise.all([champions.close(), experiments.close()]))

  async function train(tilt = 0.1): Promise<number> {
    const name = await registry.publish(projectionArtifact(tilt), provenance)
    await registry.promote(name, { by: 'a test', reason: 'to answer' })
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
    experiments,
    reports,
    log,
    logged,
    train,
  }
}

/** Tells of no change, and promises nothing: what is kept in memory is read again and again. */
export const deafFeed = { subscribe: () => {}, isCurrent: () => false }

/** Sends JSON. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
