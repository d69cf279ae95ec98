// A retraining whose Postgres is stopped under it, and comes back.

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { exitCodes } from '../../../scripts/terminal/exit-codes.ts'
import { useBackend } from '../../../src/compute/backend.ts'
import { openDatabase } from '../../../src/db/database.ts'
import { stopEmbeddedPostgres } from '../../../src/db/embedded-postgres.ts'
import { createFileArtifactStore } from '../../../src/registry/file-artifact-store.ts'
import { openRegistry } from '../../../src/registry/postgres-registry.ts'
import { runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { makeHome } from '../../db/db-script.ts'
import { programOf } from '../../programs.ts'
import { runScript } from '../run-script.ts'
import { parse, smallConfig as weeklyConfig } from '../small-config.ts'
import { insertRatings, weekOfRatings } from '../weekly-world.ts'

// a candidate is promoted itself: one version per run
const smallConfig = { ...weeklyConfig, refit: false }

const home = await makeHome()
const configPath = join(home, 'small.mjs')
// each test starts processes, on whatever machine
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

beforeAll(async () => {
  await useBackend('wasm')
  await writeFile(configPath, `export default ${JSON.stringify(smallConfig)}`)
  const world = await openWorld()
  for (const week of [1, 2, 3]) await insertRatings(world.database.sql, weekOfRatings(week))
  await runRetraining({ config: parse(smallConfig), by: 'a test' }, world)
  await world.database.close()
})

afterAll(async () => {
  await stopEmbeddedPostgres(home)
  await rm(home, { recursive: true, force: true })
})

async function openWorld() {
  const database = await openDatabase({ home })
  return {
    database,
    store: createFileArtifactStore(home),
    registry: openRegistry(database, { home }),
    backend: 'wasm',
  }
}

/** Does something with the database between two runs. */
async function withWorld<T>(task: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<T>): Promise<T> {
  const world = await openWorld()
  return task(world).finally(() => world.database.close())
}

/** Retrains; at the first of an event the process stands still for as long as a command of `npm run db` takes. */
function retrain(args: readonly string[], event?: string, ...commands: readonly ('stop' | 'start')[]) {
  const db = `${process.execPath} ${programOf('scripts/db.ts')}`
  return runScript('retrain', ['--config', configPath, '--json', ...args], {
    preload: 'tests/retraining/at-event.ts',
    env: {
      PALATE_HOME: home,
      PALATE_BACKEND: 'wasm',
      ...(event && { EVENT: event }),
      COMMAND: commands.map((command) => `${db} ${command}`).join(' && '),
    },
  })
}

const state = () =>
  withWorld(async ({ database, registry }) => ({
    champion: (await registry.champions())[0]!.version,
    versions: (await registry.versions()).length,
    runs: (await database.sql`select status from retraining_runs order by started_at`).map(
      ({ status }) => status,
    ),
  }))

test.each([
  ['while a variant is trained', 4, 'epoch'],
  ['before a candidate is promoted', 5, 'promoting'],
])('a database that goes away %s ends the run, which goes on once it is back', async (_, week, event) => {
  await withWorld(({ database }) => insertRatings(database.sql, weekOfRatings(week)))
  const before = await state()
  const { code, stderr } = await retrain([], event, 'stop')
  expect(code).toBe(exitCodes.database[0])
  expect(stderr).toContain('The connection to the database was lost')
  const { champion, runs } = await state()
  expect({ champion, runs }).toEqual({ champion: before.champion, runs: [...before.runs, 'running'] })
  expect(await retrain(['--resume'])).toMatchObject({ code: exitCodes.done[0] })
  expect(await state()).toEqual({
    champion: before.versions + 1,
    versions: before.versions + 1,
    runs: [...before.runs, 'finished'],
  })
})

test('a database that is restarted while a variant is trained loses nothing', async () => {
  await withWorld(({ database }) => insertRatings(database.sql, weekOfRatings(6)))
  const before = await state()
  const { code, stdout } = await retrain([], 'epoch', 'stop', 'start')
  // only what was requested at that moment is lost
  if (code === exitCodes.database[0]) expect(await retrain(['--resume'])).toMatchObject({ code: 0 })
  else expect(code, stdout).toBe(exitCodes.done[0])
  const { versions, runs } = await state()
  expect({ versions, runs }).toEqual({ versions: before.versions + 1, runs: [...before.runs, 'finished'] })
})
