// The largest requests that are allowed, and larger ones, must not delay other requests.
import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createLog } from '../../src/http/log.ts'
import { type Service, startService } from '../../src/http/service.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel } from '../../src/models/models.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'

const itemCount = 20_000
const trainingUsers = 20
const userIds = Array.from({ length: 1000 }, (_, n) => `user ${n}`)
const itemIds = Array.from({ length: itemCount }, (_, n) => `item ${n}`)
const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
let service: Service

beforeAll(async () => {
  await database.sql`insert into users (id) select 'user ' || n from generate_series(0, 999) n`
  await database.sql`
    insert into items (id, title, attributes)
    select 'item ' || n, 'Title ' || (n * 7919) % 20011,
      json_build_object('genres', array['genre ' || n % 18, 'genre ' || n % 17], 'year', 1920 + n % 100)
    from generate_series(0, ${itemCount - 1}) n`
  await database.sql`
    insert into ratings (user_id, item_id, value, kind)
    select 'user ' || u, 'item ' || (u * 31 + n * 17) % ${itemCount}, 1 + n % 5, 'rating'
    from generate_series(0, 999) u, generate_series(0, case u when 0 then 9999 else 9 end) n`
  await database.sql`analyze`
  await useBackend('wasm')
  for (const model of ['mult-vae', 'popularity'] as const) {
    const matrix = csrFromEntries(trainingUsers, itemCount, {
      row: Int32Array.from(itemIds.keys()).map((n) => n % trainingUsers),
      column: Int32Array.from(itemIds.keys()),
      values: new Float32Array(itemCount).fill(5),
    })
    const size = model === 'mult-vae' ? { hidden: [8], latent: 4, epochs: 1 } : {}
    const { weights, hyperparameters } = await fit({
      model: findModel(model),
      hyperparameters: size,
      train: matrix,
      seed: 1,
    })
    const data = {
      matrix,
      users: createIdMap(userIds.slice(0, trainingUsers)),
      items: createIdMap(itemIds),
      ratingRange: [1, 5],
    } as const
    const artifact = artifactOf({ model, hyperparameters: { ...hyperparameters }, weights }, data as never)
    await registry.promote(await registry.publish(artifact, provenance), { by: 'a test', reason: 'to serve' })
  }
  const log = createLog('silent')
  service = await startService({
    database,
    registry,
    home: folder,
    log,
    backend: 'wasm',
    host: '127.0.0.1',
    port: 0,
    // that none ends before a busy machine has computed it
    requestTimeoutMs: 120_000,
  })
  await service.loaded
}, 180_000)
afterAll(() => service.close())

const range = (from: number) => ({
  or: Array.from({ length: 200 }, (_, n) => ({
    attribute: n % 2 ? 'title' : 'genre',
    operator: '>=',
    value: `Title ${from + n}`,
  })),
})
const listing = {
  and: [
    { attribute: 'id', in: itemIds.slice(0, 1000) },
    { attribute: 'year', operator: '>', value: 1 },
  ],
}
const history = (from: number, length: number) =>
  itemIds.slice(from, from + length).map((itemId) => ({ itemId, value: 4 }))
const body = (value: unknown) => JSON.stringify(value)

const requests: [name: string, path: string, bodies: string[], status: number][] = [
  ['the largest filter', '/recommend', [body({ history: [], filter: range(0) })], 200],
  [
    'eight largest filters at once',
    '/recommend',
    Array.from({ length: 8 }, (_, n) => body({ history: [], filter: range(1000 * n + 1) })),
    200,
  ],
  ['a filter with the longest list', '/recommend', [body({ history: [], filter: listing })], 200],
  [
    'a filter of 16,000 conditions',
    '/recommend',
    [
      body({
        history: [],
        filter: { or: Array(16_000).fill({ attribute: 'title', operator: '=', value: 'x' }) },
      }),
    ],
    400,
  ],
  [
    'a filter of 400 parts with 40 conditions each',
    '/recommend',
    [
      body({
        history: [],
        filter: {
          or: Array(50).fill({
            and: Array(8).fill({ or: Array(40).fill({ attribute: 'title', operator: '=', value: 'x' }) }),
          }),
        },
      }),
    ],
    400,
  ],
  [
    'malformed conditions',
    '/recommend',
    [body({ history: [], filter: { or: Array(50_000).fill({ attribut: 1 }) } })],
    400,
  ],
  ['malformed items of a history', '/recommend', [body({ history: Array(60_000).fill({ item: 1 }) })], 400],
  [
    'unknown fields',
    '/recommend',
    [body(Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, 1])))],
    400,
  ],
  [
    'the largest batch with the longest lists of items',
    '/recommend/batch',
    [body({ userIds, k: 100, include: itemIds.slice(0, 1000), exclude: itemIds.slice(500, 1500) })],
    200,
  ],
  [
    'the largest batch with the largest filter',
    '/recommend/batch',
    [body({ userIds, k: 100, filter: range(20) })],
    200,
  ],
  [
    'the longest history with the longest lists of items',
    '/recommend',
    [
      body({
        history: history(0, 10_000),
        k: 1000,
        include: itemIds.slice(9500, 10_500),
        exclude: itemIds.slice(0, 1000),
      }),
    ],
    200,
  ],
  [
    'the largest group',
    '/blend',
    [body({ members: Array.from({ length: 50 }, (_, n) => ({ history: history(100 * n, 400) })), k: 1000 })],
    200,
  ],
  [
    'the largest group of users',
    '/blend',
    [body({ members: Array(50).fill({ userId: 'user 0' }), k: 1000, filter: range(30) })],
    200,
  ],
  [
    'the longest interpolation',
    '/interpolate',
    [
      body({
        from: { history: history(0, 9000) },
        to: { userId: 'user 0' },
        steps: 20,
        k: 1000,
        model: 'mult-vae',
      }),
    ],
    200,
  ],
  [
    'the most scores',
    '/score',
    [body({ subject: { history: history(0, 10_000) }, items: itemIds.slice(0, 1000) })],
    200,
  ],
  [
    'the most ratings',
    '/ratings',
    [body(Array.from({ length: 10_000 }, (_, n) => ({ userId: `new ${n}`, itemId: itemIds[n], value: 3 })))],
    200,
  ],
  ['malformed ratings', '/ratings', [body(Array(60_000).fill({ user: 1 }))], 400],
  [
    'the most feedback',
    '/feedback',
    [
      body(
        Array.from({ length: 10_000 }, (_, n) => ({
          userId: userIds[n % 1000],
          itemId: itemIds[n],
          type: 'click',
        })),
      ),
    ],
    200,
  ],
  ['malformed feedback', '/feedback', [body(Array(60_000).fill({ user: 1 }))], 400],
  [
    'an explanation for the longest history',
    `/recommend/user%200/explain/item%207?model=mult-vae&exclude=${itemIds.slice(0, 500).map(encodeURIComponent)}`,
    [''],
    200,
  ],
]

test.each(requests)('%s', async (_, path, bodies, status) => {
  const thread = watchThread()
  const { statuses, sizes } = await sendBeside(path, bodies)
  const { longestCpuMs, turns } = thread.stop()
  expect(statuses).toEqual(bodies.map(() => status))
  if (status !== 200) expect(Math.max(...sizes)).toBeLessThan(10_000)
  expect(longestCpuMs, `longest of ${turns} stretches, in ms`).toBeLessThan(maxCpuMs)
})

const maxCpuMs = 250

/**
 * Watches this thread, which is that of the service: how long it computes at most before it turns to other requests. Of
 * its time only that on a core counts, so that other processes delay nothing.
 */
function watchThread() {
  let [longest, turns, last] = [0, 0, cpuMsOfThread()]
  const look = () => {
    const now = cpuMsOfThread()
    longest = Math.max(longest, now - last)
    last = now
    turns++
  }
  const timer = setInterval(look, 1)
  return {
    stop() {
      look()
      clearInterval(timer)
      return { longestCpuMs: longest, turns }
    },
  }
}

/** As Linux counts it; elsewhere the time that has passed. */
function cpuMsOfThread(): number {
  if (process.platform !== 'linux') return performance.now()
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

/**
 * Sends all bodies at once from another thread than that of the service, again where a busy machine makes the service
 * refuse what would wait for too long.
 */
function sendBeside(path: string, bodies: string[]) {
  const workerData = { url: service.url, path, bodies }
  return new Promise<{ statuses: number[]; sizes: number[] }>((resolve, reject) => {
    const worker = new Worker(sender, { eval: true, workerData })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

const sender = `
const { parentPort, workerData: { url, path, bodies } } = require('node:worker_threads')
const headers = { 'Content-Type': 'application/json' }
const send = async (body) => {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url + path, body ? { method: 'POST', headers, body } : {})
    const { byteLength } = await response.arrayBuffer()
    if (response.status !== 503 || attempt === 10) return [response.status, byteLength]
    await new Promise((resolve) => setTimeout(resolve, 1000 * response.headers.get('retry-after')))
  }
}
Promise.all(bodies.map(send)).then((responses) =>
  parentPort.postMessage({ statuses: responses.map(([status]) => status), sizes: responses.map(([, size]) => size) }),
)
`
