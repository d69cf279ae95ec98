// A real Postgres behind a gate that can be closed, as a server that stops and starts again.

import { afterAll, expect, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
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
import { openGate } from '../db/gate.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'
import { post, silentFeed } from './test-app.ts'

const { url } = await createTestDatabase()
const gate = await openGate(new URL(url))
const gated = connect(gate.url)
const { registry, folder } = await createTestRegistry(gated)
const log = createLog('silent')
const champions = new LiveChampions({ registry, open: localInference(openProjection), log })
const ratings = createPostgresUserRatings(gated)
const experiments = openExperiments(gated, { home: folder, log })
const app = createApp({
  champions,
  ratings,
  catalog: createPostgresItemCatalog(gated, silentFeed),
  similarUsers: new SimilarUsers({
    champions,
    ratings,
    userHistories: createPostgresUserHistories(gated),
    log,
  }),
  trends: createPostgresTrends(gated.sql),
  segments: createPostgresSegments(gated),
  experiments,
  registry,
  reports: createPostgresReports(gated),
  store: createFileArtifactStore(folder),
  trainingsInProgress: async () => [],
  pingDatabase: () => gated.sql`select 1`,
  log,
})
const name = await registry.publish(projectionArtifact(), provenance)
await registry.promote(name, { by: 'a test', reason: 'to serve' })
await champions.follow(20)

afterAll(async () => {
  await champions.close()
  await experiments.close()
  await gated.close()
  await gate.shut()
})

test('while the database is unavailable every response is a 503 problem, and the service recovers with it', async () => {
  const requests: (() => Response | Promise<Response>)[] = [
    () => app.request('/recommend/u'),
    () => app.request('/recommend', post({ history: [{ itemId: 'a' }] })),
    () => app.request('/users/u/embedding'),
    () => app.request('/ratings', post({ userId: 'u', itemId: 'a', value: 3 })),
    () => app.request('/users/u', { method: 'DELETE' }),
    () => app.request('/feedback', post({ userId: 'u', type: 'click' })),
    () => app.request('/experiments'),
    () => app.request('/health/ready'),
  ]
  const statuses = () => Promise.all(requests.map(async (send) => (await send()).status))
  expect(await statuses()).toEqual(requests.map(() => 200))
  await gate.shut()
  for (const send of requests) {
    const response = await send()
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('1')
    expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:database-unavailable' })
  }
  expect((await app.request('/health/live')).status).toBe(200)
  expect((await app.request('/models')).status).toBe(200)
  await gate.reopen()
  await expect.poll(statuses).toEqual(requests.map(() => 200))
})

test('a champion promoted after an outage of the database is followed', async () => {
  await gate.shut()
  await gate.reopen()
  const direct = connect(url)
  await direct.sql`
    insert into model_versions select model, version + 1, hyperparameters, seed, data_fingerprint, data, metrics,
      backend, parent_version, artifact_key, artifact_sha256, artifact_bytes, created_at from model_versions`
  await direct.sql`update champions set version = version + 1`
  await direct.close()
  const version = () => champions.use(undefined, async ({ manifest }) => manifest.version)
  await expect.poll(version).toBe(name.version + 1)
})
