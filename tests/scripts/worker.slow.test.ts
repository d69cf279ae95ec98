import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TuneReport } from '../../scripts/tune/format.ts'
import type { JobStatus } from '../../src/jobs/job-queue.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'

const database = await createTestDatabase()
const children: ChildProcess[] = []
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-worker-'))
  const world = createPlantedWorld({ users: 200, items: 80, ratingsPerUser: 25, seed: 2 })
  const lines = [...world.ratings()].map(({ userId, itemId, value }) => [userId, itemId, value].join())
  const file = join(folder, 'ratings.csv')
  await writeFile(file, ['userId,movieId,rating', ...lines].join('\n'))
  await importRatings(database.sql, await openRatingsSource(file))
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

function start(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [programOf(`scripts/${script}.ts`), ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, PALATE_BACKEND: 'wasm', PALATE_HOME: folder, DATABASE_URL: database.url },
  })
  children.push(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.stderr.on('data', () => stderr.includes(text) && resolve())
      ended.then(() => reject(new Error(`${script} ended without saying "${text}":\n${stderr}`)))
    })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece
  })
  return { child, ended, said }
}

const search = [
  ...['--model', 'mult-vae', '--trials', '4', '--split', 'hash', '--json'],
  ...['--set', 'hidden=[]', '--set', 'latent=16', '--set', 'batchSize=32', '--set', 'epochs=3'],
]
/** What is chosen before anything is known, and what it showed at first. */
const firstRungs = ({ trials }: TuneReport) =>
  trials.map(({ hyperparameters, results: [first] }) => [hyperparameters, first!.epochs, first!.validation])

test('what a killed worker has begun is done by the other, to the same result, and nothing is done twice', async () => {
  const alone = JSON.parse((await start('tune', ...search).ended).stdout) as TuneReport
  const tuning = start('tune', ...search, '--workers', '2')
  const [first, second] = [start('worker'), start('worker')]
  await first.said(': started')
  first.child.kill('SIGKILL')
  const { code, stdout } = await tuning.ended
  expect(code).toBe(0)
  const shared = JSON.parse(stdout) as TuneReport
  expect(shared.outcome).toBe('finished')
  expect(firstRungs(shared)).toEqual(firstRungs(alone))

  second.child.kill('SIGTERM')
  expect((await second.ended).code).toBe(0)
  const jobs = JSON.parse((await start('worker', '--list', '--json').ended).stdout) as JobStatus[]
  expect(jobs.every(({ state }) => state === 'completed')).toBe(true)
  expect(jobs.filter(({ retries }) => retries > 0).length).toBeGreaterThanOrEqual(1)
  expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length)
  expect(jobs).toHaveLength(shared.trials.reduce((sum, { results }) => sum + results.length, 0))
}, 120_000)
