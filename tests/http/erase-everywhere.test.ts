// A user who is in every place where data of users can be, and a search of the database and the disk for the id.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { createPostgresBatches } from '../../src/ratings/postgres-batches.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { writeEmbeddings } from '../../src/recommender/export/postgres-embeddings.ts'
import { saveFlaggedUsers } from '../../src/retraining/data/postgres-anomalous-users.ts'
import { createPostgresRuns } from '../../src/retraining/run/postgres-runs.ts'
import { openRunFolder } from '../../src/retraining/run/run-folder.ts'
import { sampleDefinition } from '../experiments/sample-definition.ts'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { sampleResult } from '../retraining/sample-result.ts'
import { weekSource } from '../retraining/weekly-world.ts'
import { createTestApp } from './test-app.ts'

const { app, database, experiments, registry, reports, ratings, home, store } = await createTestApp()
const { sql } = database
const [userId, other] = ['leaving-7f3a"é', 'staying-1c9e']
const runId = crypto.randomUUID()

const exposureOf = (user: string) => ({
  userId: user,
  requestId: `request of ${user}`,
  experiment: 'vae-against-autorec',
  variant: 'control',
  forced: false,
  model: 'projection',
  version: 1,
  historySize: 1,
  items: ['a'],
  teams: null,
  propensities: null,
  servedAt: Date.now(),
})

const importOf = (value: number) =>
  importRatings(sql, {
    ...weekSource(1),
    async *ratings() {
      yield [userId, other].flatMap((user) => ['a', 'b'].map((itemId) => ({ userId: user, itemId, value })))
    },
  })

/** Puts both users in all places. */
async function fillPlaces(): Promise<void> {
  for (const value of [1, 2]) await importOf(value)
  await createPostgresBatches(database).quarantine((await importOf(3)).batch, 'a test')
  await ratings.save([userId, other].map((user) => ({ userId: user, itemId: 'c', value: 4 })))
  const embedding = { mean: Float32Array.of(1), std: null }
  await writeEmbeddings(
    database,
    'users',
    { model: 'projection', version: 1 },
    pageOf([userId, other], embedding),
  )
  const flagged = [userId, other].map((user) => ({
    ...{ userId: user, score: 9, reasons: ['many ratings (+9.1 σ)'], cause: 'many ratings' },
    ...{ promotedItem: null, quarantined: true },
  }))
  await saveFlaggedUsers(database, { flagged, released: [] }, new Date())
  await experiments.experiments.create(
    sampleDefinition({ testers: { [userId]: 'control', [other]: 'treatment' } }),
  )
  for (const user of [userId, other]) {
    experiments.exposures.add(exposureOf(user))
    const event = { id: `event of ${user}`, type: 'click', requestId: null, itemId: 'a', value: 1 }
    await sql`insert into feedback ${sql({ ...event, request_id: null, user_id: user, item_id: 'a', at: new Date() }, 'id', 'type', 'user_id', 'item_id', 'value', 'at')}`
  }
  await mkdir(join(home, 'exposures'), { recursive: true })
  const lines = [userId, other].map((user) => `${JSON.stringify(exposureOf(user))}\n`)
  // no process has this number
  await writeFile(join(home, 'exposures/999999999-a-0.jsonl'), `${lines.join('')}{"userId":"${userId}`)
  const [example] = sampleResult.examples
  const examples = [userId, other].map((user) => ({ ...example!, userId: user }))
  await sql`insert into retraining_runs (id, config, cold, backend, by) values (${sampleResult.runId}, '{}', false, 'cpu', 'a test')`
  await reports.save({ result: { ...sampleResult, examples }, html: `<p>${userId}` })
  await openRunFolder(store, runId, createPostgresRuns(database)).saveRatings(await loadInteractions(sql))
  await mkdir(join(home, 'tuning/study'), { recursive: true })
  await writeFile(join(home, 'tuning/study/0.checkpoint'), 'weights')
  await registry.publish({ ...projectionArtifact(), users: createIdMap([userId, other]) }, provenance, [
    userId,
    other,
  ])
}

async function* pageOf(ids: readonly string[], embedding: { mean: Float32Array; std: null }) {
  yield { ids, embeddings: ids.map(() => embedding) }
}

/** Where the id is found: tables and files; in JSON too, as it is escaped there, and once more in JSON within JSON. */
async function placesWith(id: string): Promise<string[]> {
  const once = JSON.stringify(id).slice(1, -1)
  const forms = [id, once, JSON.stringify(once).slice(1, -1)]
  const found: string[] = []
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)
    // a row as text doubles quotes and backslashes
    const texts = rows.map(({ row }) => row.replaceAll('""', '"').replaceAll('\\\\', '\\'))
    if (texts.some((text) => forms.some((form) => text.includes(form))))
      found.push(name.replace('public.', ''))
  }
  for (const file of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name))
    if (forms.some((form) => bytes.includes(form))) found.push(file.name.replace(/[0-9a-f]{64}/, 'artifact'))
  }
  return found.sort()
}

const everywhere = [
  '999999999-a-0.jsonl',
  'anomalous_users',
  'artifact.safetensors',
  'experiments',
  'exposures',
  'feedback',
  'rating_history',
  'ratings',
  'ratings',
  'reports',
  'user_embeddings',
  'users',
]

test('an erased user is nowhere, and other users are where they were', async () => {
  await fillPlaces()
  await expect.poll(() => sql`select 1 from exposures`).toHaveLength(2)
  await expect.poll(() => placesWith(userId)).toEqual(everywhere)
  expect(await placesWith(other)).toEqual(everywhere)
  const response = await app.request(`/users/${encodeURIComponent(userId)}`, { method: 'DELETE' })
  expect(await response.json()).toMatchObject({
    erasedRatings: 3,
    erasedExposures: 1,
    erasedFeedback: 1,
    experimentsTested: 1,
    changedReports: 1,
    runsWithoutRatings: [runId],
    trainedVersions: [{ model: 'projection', version: 1 }],
  })
  expect(await placesWith(userId)).toEqual([])
  // the copy of the ratings of an unfinished run is deleted as a whole
  expect(await placesWith(other)).toEqual(everywhere.toSpliced(everywhere.indexOf('ratings'), 1))
  const { artifact } = await registry.load({ model: 'projection', version: 1 })
  expect(artifact.users!.ids[1]).toBe(other)
  expect(await readdir(join(home, 'tuning/study'))).toEqual([])
})
