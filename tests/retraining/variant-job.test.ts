import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import { openRunFolder } from '../../src/retraining/run-folder.ts'
import { type TrainVariantJob, trainVariant } from '../../src/retraining/train-variant.ts'
import { trainVariantElsewhere } from '../../src/retraining/variant-job.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { endOfWeek, insertRatings, weekOfRatings } from './weekly-world.ts'

const database = await createTestDatabase()
const queue = await openJobQueue(database.sql)
const home = await mkdtemp(join(tmpdir(), 'palate-variants-'))
const registry = openRegistry(database, { home })
const children: ChildProcess[] = []
let ratings: Interactions

beforeAll(async () => {
  await useBackend('cpu')
  await insertRatings(
    database.sql,
    [1, 2, 3].flatMap((week) => weekOfRatings(week)),
  )
  ratings = await loadInteractions(database.sql)
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true })
})

const epochs = 40

function jobOf(runId: string, variant: string): TrainVariantJob {
  return {
    runId,
    variant,
    model: 'mult-vae',
    hyperparameters: { epochs, hidden: [64], latent: 32, batchSize: 4, patience: epochs },
    seed: 1,
    split: {
      since: endOfWeek(2).getTime() / 1000,
      test: { share: 0.3, most: 100 },
      validation: { share: 0.2, most: 100 },
      targetShare: 0.5,
      seed: 1,
    },
    warmFrom: null,
    trainedUpTo: endOfWeek(3).toISOString(),
    dataFingerprint: fingerprint(ratings),
  }
}

async function newRun(): Promise<string> {
  const runId = crypto.randomUUID()
  await openRunFolder(home, runId).saveRatings(ratings)
  return runId
}

function startWorker() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/worker.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, PALATE_BACKEND: 'cpu', PALATE_HOME: home, DATABASE_URL: database.url },
  })
  let said = ''
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said)
        if (found) resolve(found[1]!)
      }
      child.stderr.on('data', look)
      child.on('close', () => reject(new Error(`The worker ended before it said ${pattern}:\n${said}`)))
      look()
    })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  children.push(child)
  return { child, says }
}

async function weightsOf(version: number) {
  return (await registry.load({ model: 'mult-vae', version })).artifact.weights
}

describe('two workers and the variants of one run', () => {
  test('share them; one is killed and the other finishes its job from its checkpoint, each published once', async () => {
    const runId = await newRun()
    const variants = ['a', 'b', 'c']
    const abort = new AbortController()
    const results = Promise.all(
      variants.map((variant) => trainVariantElsewhere(queue, jobOf(runId, variant), abort.signal)),
    )
    const [first, second] = [startWorker(), startWorker()]
    const killed = await first.says(/train-variant (\S+ \S+): begun/)
    await someEpochs(runId, killed.split(' ')[1]!)
    first.child.kill('SIGKILL')
    const trained = await results
    second.child.kill('SIGTERM')

    const versions = await registry.versions()
    expect(versions.map(({ variant }) => variant).toSorted()).toEqual(variants)
    expect(trained.map(({ version }) => version).toSorted()).toEqual([1, 2, 3])
    const jobs = await queue.list()
    expect(jobs.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed'])
    expect(jobs.find(({ key }) => key === killed)!.retries).toBe(1)

    // uninterrupted, and with another name, it is the same model
    const alone = await trainVariant(jobOf(await newRun(), 'alone'), {
      database,
      registry,
      home,
      backend: 'cpu',
    })
    const resumed = trained[variants.indexOf(killed.split(' ')[1]!)]!
    expect(await weightsOf(resumed.version)).toEqual(await weightsOf(alone.version))
    // an epoch may have been noted and not yet kept
    expect([epochs, epochs + 1]).toContain(await epochsTrained(runId, killed.split(' ')[1]!))
  }, 120_000)
})

/** Waits until the database has seen the end of a few epochs of a variant. */
async function someEpochs(runId: string, variant: string): Promise<void> {
  while ((await epochsTrained(runId, variant)) < 3) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** How many epochs were trained, by all who tried. */
async function epochsTrained(runId: string, variant: string): Promise<number> {
  const [row] = await database.sql<[{ epochs: number }]>`
    select count(*)::int as epochs from training_epochs join training_runs on id = run_id
    where retraining_run = ${runId} and variant = ${variant}`
  return row.epochs
}
