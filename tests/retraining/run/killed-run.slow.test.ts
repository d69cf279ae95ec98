import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { connect, type Database } from '../../../src/db/database.ts'
import { createFileArtifactStore } from '../../../src/registry/file-artifact-store.ts'
import { openRegistry } from '../../../src/registry/postgres-registry.ts'
import type { RetrainingResult } from '../../../src/retraining/result.ts'
import { resumeRetraining, runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { programOf } from '../../programs.ts'
import { parse, smallConfig } from '../small-config.ts'
import { insertRatings, weekOfRatings } from '../weekly-world.ts'

/** Of each week: enough that a run takes a second, in which it is killed at many points. */
const users = 30
/** Three weeks with their champion, and a fourth week that is yet to be trained on. */
const base = await createTestDatabase()
const folder = await mkdtemp(join(tmpdir(), 'killed-'))
const baseHome = join(folder, 'base')
const server = postgres(Object.assign(new URL(base.url), { pathname: '/postgres' }).href, { max: 1 })
const copies: { name: string; database: Database }[] = []
let uninterrupted: RetrainingResult & { readonly weights: unknown }

beforeAll(async () => {
  await useBackend('wasm')
  for (const week of [1, 2, 3]) await insertRatings(base.sql, weekOfRatings(week, { users }))
  await runRetraining(options, worldOf(base, baseHome))
  await insertRatings(base.sql, weekOfRatings(4, { users }))
  await base.sql.end()
  const { world } = await copyWorld()
  const result = await runRetraining(options, world)
  uninterrupted = { ...result, weights: await weightsOf(world, 4) }
})

afterAll(async () => {
  for (const { name, database } of copies) {
    await database.close()
    await server`drop database ${server(name)} with (force)`
  }
  await server.end()
  await rm(folder, { recursive: true })
})

// each test starts a process, on whatever machine
vi.setConfig({ testTimeout: 240_000 })
const options = { config: parse(smallConfig), by: 'a test' }

function worldOf(database: Database, home: string) {
  return {
    database,
    store: createFileArtifactStore(home),
    registry: openRegistry(database, { home }),
    backend: 'wasm',
  }
}

async function copyWorld() {
  const name = `${new URL(base.url).pathname.slice(1)}_${copies.length}`
  await server`create database ${server(name)} template ${server(new URL(base.url).pathname.slice(1))} strategy file_copy`
  const url = Object.assign(new URL(base.url), { pathname: `/${name}` }).href
  const home = join(folder, name)
  await cp(baseHome, home, { recursive: true })
  const database = connect(url)
  copies.push({ name, database })
  return { url, home, world: worldOf(database, home) }
}

type World = ReturnType<typeof worldOf>

const weightsOf = async ({ registry }: World, version: number) =>
  (await registry.load({ model: 'mult-vae', version })).artifact.weights

const champion = async ({ registry }: World) => (await registry.champions())[0]!.version

/** Gives the signal that ended it. */
async function runUntilKilled(url: string, home: string, ...when: readonly string[]): Promise<unknown> {
  const program = programOf('tests/retraining/run/killed-run.ts')
  const child = spawn(process.execPath, [program, url, home, ...when], { stdio: 'inherit' })
  return (await once(child, 'exit'))[1]
}

/** A run as it can be compared with another: without ids and times. */
function essence({ outcome, reason, candidates, snapshot, period }: RetrainingResult) {
  const figures = candidates.map(({ figures, gate, champion, refit, promoted, version }) => ({
    figures,
    refit,
    gate,
    champion,
    promoted,
    version,
  }))
  return { outcome, reason, figures, period, fingerprint: snapshot.fingerprint }
}

describe('kill -9', () => {
  test.each([
    ['while the ratings are read', 'started', '0', '20'],
    ['before anything is trained', 'training', '0', '0'],
    ['in the first epoch', 'training', '0', '20'],
    ['after the first epoch, before its checkpoint', 'epoch', '0', '0'],
    ['while a checkpoint is written', 'epoch', '4', '3'],
    ['between two epochs', 'epoch', '6', '15'],
    ['after training, or while it is published', 'epoch', 'last', '4'],
    ['while it is published', 'epoch', 'last', '12'],
    ['after it is published, before that is noted', 'published', '0', '0'],
    ['while it is evaluated', 'evaluating', '1', '0'],
    ['while it is refit', 'epoch', 'refit', '0'],
    ['after the refit is published, before that is noted', 'published', '1', '0'],
    ['before it is promoted', 'promoting', '0', '0'],
    ['while it is promoted', 'promoting', '0', '3'],
    ['after it is promoted, before that is noted', 'promoted', '0', '0'],
  ])('%s: the champion serves, and the resumed run has the same result', async (_, ...when) => {
    const { url, home, world } = await copyWorld()
    const { epochs } = uninterrupted.candidates[0]!.training!
    const moments: Record<string, number> = { last: epochs - 1, refit: epochs }
    const moment = when.map((word) => String(moments[word] ?? word))
    expect(await runUntilKilled(url, home, ...moment)).toBe('SIGKILL')
    const left = await champion(world)
    expect([2, 4]).toContain(left)
    for (const name of await world.registry.versions()) await world.registry.load(name)
    const result = await resumeRetraining(world).catch((error: Error) => {
      // nothing had been begun: there is nothing to go on with
      if (error.name === 'NothingToResumeError') return runRetraining(options, world)
      throw error
    })
    expect(essence(result)).toEqual(essence(uninterrupted))
    expect(await weightsOf(world, 4)).toEqual(uninterrupted.weights)
    expect(await world.registry.versions()).toHaveLength(4)
    expect(await champion(world)).toBe(4)
    const runs = await world.database.sql`select status from retraining_runs order by started_at`
    expect(runs).toEqual([{ status: 'finished' }, { status: 'finished' }])
    expect(await world.database.sql`select 1 from training_runs where status = 'running'`).toEqual([])
    expect(await readdir(join(home, 'retraining'))).toEqual([])
  })

  test('a new run gives the dead one up and leaves nothing of it', async () => {
    const { url, home, world } = await copyWorld()
    await runUntilKilled(url, home, 'epoch', '3', '0')
    const result = await runRetraining(options, world)
    expect(essence(result)).toEqual(essence(uninterrupted))
    const runs = await world.database.sql`select status from retraining_runs order by started_at`
    expect(runs.map(({ status }) => status)).toEqual(['finished', 'abandoned', 'finished'])
    expect(await world.database.sql`select 1 from training_runs where status = 'running'`).toEqual([])
    expect(await readdir(join(home, 'retraining'))).toEqual([])
    await expect(resumeRetraining(world)).rejects.toThrow('There is no unfinished run')
  })
})

describe('interrupted by hand', () => {
  test('a run goes on, and on another backend it does not', async () => {
    const { world } = await copyWorld()
    const abort = new AbortController()
    const interrupted = runRetraining(options, {
      ...world,
      signal: abort.signal,
      onEvent: ({ event }) => event === 'epoch' && abort.abort(),
    })
    await expect(interrupted).rejects.toThrow('aborted')
    expect(await world.database.sql`select status from retraining_runs order by started_at`).toEqual([
      { status: 'finished' },
      { status: 'interrupted' },
    ])
    await expect(resumeRetraining({ ...world, backend: 'cpu' })).rejects.toThrow(
      'resume it with --backend wasm',
    )
    expect(essence(await resumeRetraining(world))).toEqual(essence(uninterrupted))
  })
})

describe('two at once', () => {
  test('the second is refused and told the id of the first, which goes on', async () => {
    const { world } = await copyWorld()
    let second: Promise<unknown> | undefined
    const first = await runRetraining(options, {
      ...world,
      onEvent: ({ event }) => {
        if (event === 'training') second = runRetraining(options, world).catch((error: Error) => error)
      },
    })
    const refusal = await second
    expect(refusal).toMatchObject({ name: 'RunInProgressError', runId: first.runId })
    expect((refusal as Error).message).toContain(first.runId)
    expect(essence(first)).toEqual(essence(uninterrupted))
  })
})
