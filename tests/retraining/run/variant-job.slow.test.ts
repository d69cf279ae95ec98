import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openJobQueue } from '../../../src/jobs/postgres-job-queue.ts'
import { trainVariant } from '../../../src/retraining/run/train-variant.ts'
import { trainVariantOnWorker } from '../../../src/retraining/run/variant-job.ts'
import { programOf } from '../../programs.ts'
import { createVariantWorld } from '../variant-world.ts'

// as many users that a worker can be killed during a training
const { database, home, registry, dependencies, newRun, jobOf, weightsOf } = await createVariantWorld({
  users: 60,
})
const queue = await openJobQueue(database.sql)
const children: ChildProcess[] = []

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

const epochs = 12
const hyperparameters = { epochs, hidden: [64], latent: 32, batchSize: 4, patience: epochs }

function startWorker() {
  const child = spawn(process.execPath, [programOf('scripts/worker.ts')], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, PALATE_BACKEND: 'wasm', PALATE_HOME: home, DATABASE_URL: database.url },
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

describe('two workers and the variants of one run', () => {
  test('share them; one is killed and the other finishes its job from its checkpoint, each published once', async () => {
    const runId = await newRun()
    const variants = ['a', 'b', 'c']
    const abort = new AbortController()
    const results = Promise.all(
      variants.map((variant) =>
        trainVariantOnWorker(queue, jobOf({ runId, variant, hyperparameters }), abort.signal),
      ),
    )
    const [first, second] = [startWorker(), startWorker()]
    const killed = await first.says(/train-variant (\S+ \S+): started/)
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
    const alone = await trainVariant(jobOf({ runId: await newRun(), hyperparameters }), dependencies)
    const resumed = trained[variants.indexOf(killed.split(' ')[1]!)]!
    expect(await weightsOf('mult-vae', resumed.version)).toEqual(await weightsOf('mult-vae', alone.version))
    // an epoch may have been noted and not yet kept
    expect([epochs, epochs + 1]).toContain(await epochsTrained(runId, killed.split(' ')[1]!))
  }, 300_000)
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
