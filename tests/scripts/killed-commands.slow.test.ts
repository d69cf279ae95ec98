// kill -9 of commands at the point where they wait for a lock that the test holds.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { connect, type Database, type Transaction } from '../../src/db/database.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { trainingsInProgress } from '../../src/training/postgres-training-runs.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'

const home = await mkdtemp(join(tmpdir(), 'palate-killed-'))
const file = join(home, 'ratings.csv')
const ratings = [...createPlantedWorld({ users: 80, items: 40, ratingsPerUser: 15, seed: 3 }).ratings()].map(
  ({ userId, itemId, value }) => [userId, itemId, value].join(),
)
await writeFile(file, ['userId,movieId,rating', ...ratings].join('\n'))
const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true })
})

type TestDatabase = Database & { readonly url: string }

function start(url: string, script: string, ...args: string[]) {
  const env = { PATH: process.env.PATH, PALATE_HOME: home, PALATE_BACKEND: 'wasm', DATABASE_URL: url }
  const child = spawn(process.execPath, [programOf(`scripts/${script}.ts`), ...args], { env, cwd: home })
  children.push(child)
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[code, signal], , stderr]) => ({ code, signal, stderr })) }
}

const run = async (url: string, ...args: [string, ...string[]]) => {
  const { code, stderr } = await start(url, ...args).ended
  expect(code, stderr).toBe(0)
}

/**
 * Kills a command in the statement `query`, where it waits for what `lock` has locked, and waits until the database has
 * noticed.
 */
async function killWhere(
  { sql, url }: TestDatabase,
  lock: (transaction: Transaction) => Promise<unknown>,
  query: string,
  ...args: [string, ...string[]]
): Promise<void> {
  const waiting = () => sql<{ pid: number; query: string }[]>`
    select pid, query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  const pids = await sql.begin(async (transaction) => {
    await lock(transaction)
    const { child, ended } = start(url, ...args)
    await expect.poll(async () => (await waiting()).length, { timeout: 60_000 }).toBeGreaterThan(0)
    const found = await waiting()
    expect(found[0]!.query).toContain(query)
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    return found.map(({ pid }) => pid)
  })
  const left = () => sql`select from pg_stat_activity where pid = any (${pids})`
  await expect.poll(async () => (await left()).length).toBe(0)
}

const lockTable = (name: string, mode: string) => (transaction: Transaction) =>
  transaction.unsafe(`lock table ${name} in ${mode} mode`)

describe('an import', async () => {
  const database = await createTestDatabase()
  const { sql } = database
  const stored = async () => ({
    ratings: (await sql`select from ratings`).length,
    users: (await sql`select from users`).length,
    items: (await sql`select from items`).length,
    batches: (await sql`select from rating_batches where id > 1`).length,
    temporary: (await sql`select from pg_class where relpersistence = 't'`).length,
  })
  const nothing = { ratings: 0, users: 0, items: 0, batches: 0, temporary: 0 }
  const merges = (transaction: Transaction) =>
    transaction`select pg_advisory_xact_lock(hashtext('palate rating merges'))`

  test.each([
    ['between COPY and merge', merges, 'pg_advisory_xact_lock_shared'],
    ['in the merge', lockTable('ratings', 'exclusive'), 'insert into ratings'],
  ])('killed %s stores nothing, and the next one everything', async (_, lock, query) => {
    await killWhere(database, lock, query, 'import', file)
    expect(await stored()).toEqual(nothing)
    await run(database.url, 'import', file)
    expect(await stored()).toMatchObject({ ratings: ratings.length, users: 80, batches: 1, temporary: 0 })
    await sql`truncate users, items cascade`
    await sql`delete from rating_batches where id > 1`
  })
})

describe('a training or a promotion', async () => {
  const database = await createTestDatabase()
  const registry = openRegistry(database, { home })
  const small = ['hidden=[]', 'latent=4', 'epochs=3', 'batchSize=20'].flatMap((one) => ['--set', one])
  const train = ['train', '--model', 'mult-vae', ...small] as const

  beforeAll(async () => {
    await run(database.url, 'import', file)
    await run(database.url, ...train)
    await run(database.url, ...train)
  })

  const served = async () => {
    const versions = await registry.versions()
    for (const version of versions) await registry.load(version)
    const champions = await registry.champions()
    return {
      versions: versions.map(({ version }) => version),
      champions: champions.map(({ version }) => version),
      changes: (await registry.changes()).length,
    }
  }

  test('killed inside the promotion leaves the champion, and can be repeated', async () => {
    const before = await served()
    expect(before).toMatchObject({ versions: [2, 1], champions: [1] })
    const promote = ['promote', 'mult-vae@2'] as const
    await killWhere(
      database,
      lockTable('champion_changes', 'exclusive'),
      'insert into "champion_changes"',
      ...promote,
    )
    expect(await served()).toEqual(before)
    await run(database.url, ...promote)
    expect(await served()).toEqual({ ...before, champions: [2], changes: before.changes + 1 })
  })

  test.each([
    ['before it is recorded', 'training_runs', 'exclusive', 'update training_runs'],
    ['in an epoch', 'training_epochs', 'exclusive', 'insert into'],
    // foreign keys of other tables refer to it
    ['between its weights and its version', 'model_versions', 'share', 'insert into'],
  ])('killed %s publishes nothing and is not in progress any more', async (_, table, mode, query) => {
    const before = await served()
    await killWhere(database, lockTable(table, mode), query, ...train)
    expect(await served()).toEqual(before)
    expect(await trainingsInProgress(database)).toEqual([])
    await run(database.url, ...train)
    const { versions } = await served()
    expect(versions).toHaveLength(before.versions.length + 1)
    expect(await database.sql`select from training_runs where status = 'running'`).toEqual([])
  })
})

describe('a migration', () => {
  test('killed between two steps changes nothing, and the next one completes', async () => {
    const current = await createTestDatabaseUrl()
    const { sql, url } = current
    // the migrator's own table, created before it runs the migrations in one transaction
    await sql`create schema drizzle`
    await sql`create table drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    )`
    await killWhere(
      current,
      lockTable('drizzle.__drizzle_migrations', 'share'),
      'insert into',
      'db',
      'migrate',
    )
    expect(await sql`select to_regclass('ratings') as name`).toEqual([{ name: null }])
    expect(await sql`select from drizzle.__drizzle_migrations`).toEqual([])
    await run(url, 'db', 'migrate')
    const columns = (of: Database['sql']) => of`
      select table_name, column_name, data_type, is_nullable from information_schema.columns
      where table_schema = 'public' order by table_name, column_name`
    const template = connect(inject('postgresUrl'))
    onTestFinished(() => template.close())
    expect(await columns(sql)).toEqual(await columns(template.sql))
  })
})

/** An empty database without the schema. */
async function createTestDatabaseUrl(): Promise<TestDatabase> {
  const template = new URL(inject('postgresUrl'))
  const name = `palate_test_${crypto.randomUUID().slice(0, 8)}`
  const server = postgres(Object.assign(new URL(template), { pathname: '/postgres' }).href, { max: 1 })
  await server`create database ${server(name)}`
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href
  const database = connect(url)
  onTestFinished(async () => {
    await database.close()
    await server`drop database ${server(name)} with (force)`
    await server.end()
  })
  return { ...database, url }
}
