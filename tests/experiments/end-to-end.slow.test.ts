// The whole chain against a truth that is known: two replicas, visitors from two processes, one replica killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { ExperimentReport } from '../../src/experiments/report.ts'
import { attraction, examination } from '../../src/experiments/simulation/click-model.ts'
import type { Visited } from '../../src/experiments/simulation/visit-service.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel } from '../../src/models/models.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'
import { provenance } from '../registry/test-registry.ts'

const database = await createTestDatabase()
const shape = { users: 400, items: 120, seed: 9 }
const world = createPlantedWorld({ ...shape, ratingsPerUser: 20 })
const children = new Set<ChildProcess>()
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'palate-experiment-'))
  await useBackend('cpu')
  await createPostgresUserRatings(database).save([...world.ratings()])
  const data = await loadInteractions(database.sql)
  const registry = openRegistry(database, { home })
  // The control takes every item for another, so that it is worse beyond doubt.
  const confused = { ...data, items: createIdMap(data.items.ids.toReversed()) }
  for (const [model, known, small] of [
    ['i-autorec', confused, { hidden: 16, epochs: 15 }],
    ['mult-vae', data, { hidden: [], latent: 16, epochs: 30, batchSize: 50 }],
  ] as const) {
    const { weights, hyperparameters } = await fit({
      model: findModel(model),
      hyperparameters: small,
      train: data.matrix,
      seed: 1,
    })
    const artifact = artifactOf({ model, hyperparameters: { ...hyperparameters }, weights }, known)
    await registry.promote(await registry.publish(artifact, provenance), {
      by: 'a test',
      reason: 'to serve',
    })
  }
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

function start(script: string, ...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [programOf(`scripts/${script}.ts`), ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, PALATE_BACKEND: 'cpu', PALATE_HOME: home, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.add(child)
  return child as ChildProcess & { stdout: NodeJS.ReadableStream }
}

/** A replica, once it is ready. */
async function serve(): Promise<{ url: string; child: ChildProcess }> {
  const child = start('serve', '--port', '0')
  let said = ''
  for await (const piece of child.stdout) {
    said += piece
    const url = /listening on (http:\S+?)"/.exec(said)?.[1]
    if (url === undefined) continue
    child.stdout.resume()
    await vi.waitUntil(async () => (await fetch(`${url}/health/ready`)).ok, {
      timeout: 60_000,
      interval: 100,
    })
    return { url, child }
  }
  throw new Error(`The service ended: ${said}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => child.once('exit', resolve))
}

async function experiment<T>(...args: string[]): Promise<T> {
  const child = start('experiment', ...args, '--json')
  let said = ''
  for await (const piece of child.stdout) said += piece
  return JSON.parse(said) as T
}

const visit = (urls: string[], users: string, seed: number) =>
  experiment<Visited>(
    'visit',
    ...urls,
    '--users',
    users,
    '--seed',
    String(seed),
    ...['--world-users', String(shape.users)],
    ...['--world-items', String(shape.items)],
    ...['--world-seed', String(shape.seed)],
  )

/** Mean clicks that a list of the model earns, over all users: the truth, not a sample. */
async function expectedClicks(url: string, model: string): Promise<number> {
  let sum = 0
  for (let user = 0; user < shape.users; user++) {
    const { items } = (await (await fetch(`${url}/recommend/u${user + 1}?model=${model}`)).json()) as {
      items: { itemId: string }[]
    }
    for (const [place, { itemId }] of items.entries())
      sum += examination(place + 1) * attraction(world.expectedRating(user, Number(itemId.slice(1)) - 1))
  }
  return sum / shape.users
}

const total = (visited: Visited[], what: 'lists' | 'clicks', variant: string) =>
  visited.reduce((sum, one) => sum + (one[what][variant] ?? 0), 0)

test('counts are what was sent and the verdict is the truth, though a replica was killed', async () => {
  let [first, second] = await Promise.all([serve(), serve()])
  const definition = {
    name: 'killed',
    hypothesis: 'A model that knows its items beats one that confuses them',
    variants: [
      { name: 'control', model: 'i-autorec' },
      { name: 'treatment', model: 'mult-vae' },
    ],
    primaryMetric: { name: 'clicks', kind: 'count', event: 'click' },
    minimumDetectableEffect: 0.5,
  }
  const headers = { 'Content-Type': 'application/json' }
  await fetch(`${first.url}/experiments`, { method: 'POST', headers, body: JSON.stringify(definition) })
  await experiment('start', 'killed')
  const joined = async ({ url }: { url: string }) =>
    ((await (await fetch(`${url}/recommend/unknown`)).json()) as { experiment?: string }).experiment
  for (const replica of [first, second]) await expect.poll(() => joined(replica)).toBe('killed')

  const urls = [first.url, second.url]
  const visited = await Promise.all([visit(urls, '1-200', 1), visit(urls, '201-400', 1)])
  first.child.kill('SIGKILL')
  await ended(first.child)
  first = await serve()
  await expect.poll(() => joined(first)).toBe('killed')
  visited.push(
    ...(await Promise.all([visit([first.url, second.url], '1-400', 2), visit([second.url], '1-400', 3)])),
  )

  const truth =
    (await expectedClicks(second.url, 'mult-vae')) / (await expectedClicks(second.url, 'i-autorec')) - 1
  for (const { child } of [first, second]) child.kill('SIGTERM')
  await Promise.all([ended(first.child), ended(second.child)])
  // The user of the readiness check is not a visitor.
  await database.sql`delete from exposures where user_id = 'unknown'`

  const { flow, verdict, metrics } = await experiment<ExperimentReport>('report', 'killed')
  expect(visited.map(({ failures }) => failures)).toEqual([0, 0, 0, 0])
  for (const variant of ['control', 'treatment']) {
    expect(flow.lists[variant]).toBe(total(visited, 'lists', variant))
    const { users, value } = metrics[0]!.variants.find((outcome) => outcome.variant === variant)!
    expect(users * value).toBeCloseTo(total(visited, 'clicks', variant), 6)
  }
  expect(flow.users.reduce((sum, { users }) => sum + users, 0)).toBe(shape.users)
  expect(flow.feedback).toMatchObject({ late: 0, unmatched: 0, duplicates: 0 })
  const { lift, liftError } = metrics[0]!.treatments[0]!.comparison
  expect(Math.abs(lift - truth)).toBeLessThan(4 * liftError)
  expect(truth).toBeGreaterThan(0.5)
  expect(verdict.decision).toBe('better')
}, 300_000)
