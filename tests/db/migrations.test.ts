// A database of version 0.1, whose hyperparameters had other names, brought to the schema of this code.
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Database } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { createPostgresRegistry } from '../../src/registry/postgres-registry.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import type { StudySettings } from '../../src/tuning/study.ts'
import { createFormerDatabase } from './former-schema.ts'

const lastOfVersion01 = 9
const former = {
  positiveFrom: 4,
  betaCap: 0.2,
  annealing: 0.5,
  hidden: 600,
  note: 'annealing',
  neighbours: 20,
  'parts.1.neighbours': 30,
}
const current = {
  positiveThreshold: 4,
  maxBeta: 0.2,
  annealingFraction: 0.5,
  hidden: 600,
  note: 'annealing',
  neighbors: 20,
  'parts.1.neighbors': 30,
}
const [runId, studyId] = [randomUUID(), randomUUID()]

const url = await createFormerDatabase(lastOfVersion01)
let database: Database
let fileOfRatings: unknown

beforeAll(async () => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await insertFormerRows(postgres(url, { max: 1 }))
  fileOfRatings = await fileOf(sql)
  await sql.end()
  await migrate(url)
  database = connect(url)
})

afterAll(() => database.close())

test.each([
  ['model_versions', 'hyperparameters', current],
  ['training_runs', 'hyperparameters', current],
  ['retraining_runs', 'config', { variants: [current], split: { minUsers: 20 } }],
  ['retraining_runs', 'plan', { variants: [{ hyperparameters: current }] }],
  ['retraining_candidates', 'job', { hyperparameters: current }],
  ['retraining_candidates', 'training', { hyperparameters: current }],
  ['snapshots', 'description', { drift: { ratingsPerDay: { before: 1, after: 2 } } }],
  [
    'reports',
    'result',
    {
      variants: [{ hyperparameters: current }],
      snapshot: { drift: { ratingsPerDay: { before: 1, after: 2 } } },
    },
  ],
  ['tuning_studies', 'settings', { space: current }],
  ['tuning_trials', 'hyperparameters', current],
])('%s.%s has the current names', async (table, column, expected) => {
  const { sql } = database
  expect(await sql`select ${sql(column)} as document from ${sql(table)}`).toEqual([{ document: expected }])
})

test('the registry lists the versions with their current names', async () => {
  const registry = createPostgresRegistry(database, createFileArtifactStore(tmpdir()))
  expect(await registry.versions()).toMatchObject([
    { model: 'mult-vae', version: 1, hyperparameters: current },
  ])
})

test('exported embeddings keep their rows, and deviations become standard deviations', async () => {
  expect(await database.sql`select * from user_embeddings`).toEqual([{ user_id: 'ada', std: [0.5] }])
})

test('a search is found by its settings under their current names', async () => {
  const settings = { space: current } as unknown as StudySettings
  expect(await createPostgresStudies(database).find(settings)).toBe(studyId)
})

test('ratings are in the first batch, and are not written again', async () => {
  expect(await database.sql`select batch_id, arrival from ratings`).toEqual([{ batch_id: 1, arrival: 0 }])
  expect(await database.sql`select id, source from rating_batches`).toEqual([{ id: 1, source: 'sql' }])
  expect(await fileOf(database.sql)).toEqual(fileOfRatings)
})

/** Another file would mean that all rows were written again. */
async function fileOf(sql: postgres.Sql | Database['sql']): Promise<unknown> {
  return (await sql.unsafe(`select pg_relation_filenode('ratings') as file`))[0]!.file
}

async function insertFormerRows(sql: postgres.Sql): Promise<void> {
  const json = (value: object) => sql.json(value as postgres.JSONValue)
  const drift = { ratingsADay: { before: 1, after: 2 } }
  await sql`insert into model_versions (model, version, hyperparameters, seed, data_fingerprint, data, metrics, backend,
      artifact_key, artifact_sha256, artifact_bytes)
    values ('mult-vae', 1, ${json(former)}, 1, 'f', '{"users": 1, "items": 1, "ratings": 1}', '{}', 'cpu', 'mult-vae/a',
      ${'a'.repeat(64)}, 1)`
  await sql`insert into training_runs (model, hyperparameters, seed, data_fingerprint, backend)
    values ('mult-vae', ${json(former)}, 1, 'f', 'cpu')`
  await sql`insert into retraining_runs (id, config, plan, cold, backend, by)
    values (${runId}, ${json({ variants: [former], split: { fewestUsers: 20 } })}, ${json({ variants: [{ hyperparameters: former }] })}, true, 'cpu',
      'test')`
  await sql`insert into retraining_candidates (run_id, variant, model, job, training)
    values (${runId}, 'vae', 'mult-vae', ${json({ hyperparameters: former })}, ${json({ hyperparameters: former })})`
  await sql`insert into reports (run_id, result)
    values (${runId}, ${json({ variants: [{ hyperparameters: former }], snapshot: { drift } })})`
  await sql`insert into snapshots (run_id, instant, fingerprint, users, items, ratings, description)
    values (${runId}, now(), 'f', 1, 1, 1, ${json({ drift })})`
  await sql`insert into tuning_studies (id, model, settings, settings_fingerprint, seed)
    values (${studyId}, 'mult-vae', ${json({ space: former })}, 'f', 1)`
  await sql`insert into tuning_trials (study_id, trial, hyperparameters) values (${studyId}, 0, ${json(former)})`
  await sql`insert into users values ('ada')`
  await sql`insert into items values ('film')`
  await sql`insert into ratings values ('ada', 'film', 3)`
  await sql`create table user_embeddings (user_id text, deviation real[])`
  await sql`insert into user_embeddings values ('ada', array[0.5])`
  await sql.end()
}
