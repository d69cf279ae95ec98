// Several processes of the service that share a port.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { createPostgresApiKeys } from '../../src/http/access/postgres-api-keys.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'

const database = await createTestDatabase()
const home = mkdtempSync(join(tmpdir(), 'palate-processes-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true })
})

function serve(env: Record<string, string> = {}, port = 0) {
  const args = [programOf('scripts/serve.ts'), '--processes', '2', '--port', String(port)]
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      PALATE_BACKEND: 'cpu',
      PALATE_HOME: home,
      DATABASE_URL: database.url,
      ...env,
    },
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  // the shared URL, and that of the process
  const listening = () =>
    [...output.matchAll(/"pid":(\d+).*listening on (\S+) and ([^"\s]+)/g)].map(([, pid, url, own]) => ({
      pid: Number(pid),
      url: url!,
      own: own!,
    }))
  return { child, ended, listening, output: () => output }
}

test('processes share a port and the limit of a key, one that dies is replaced, and all end together', {
  timeout: 180_000,
}, async () => {
  const keys = createPostgresApiKeys(database)
  const { secret } = await keys.create({
    name: 'shop',
    scopes: ['read'],
    requestsPerMinute: 10,
    expiresAt: null,
  })
  const service = serve({ API_KEYS: 'required' })
  await expect.poll(() => service.listening().length, { timeout: 60_000 }).toBe(2)
  const [first, second] = service.listening() as [Listening, Listening]
  expect(first.url).toBe(second.url)
  expect(new Set([first.url, first.own, second.own]).size).toBe(3)

  const headers = { Authorization: `Bearer ${secret}`, Connection: 'close' }
  const statuses: number[] = []
  for (let n = 0; n < 16; n++) {
    const url = [first.url, first.own, second.own][n % 3]!
    statuses.push((await fetch(`${url}/metrics`, { headers })).status)
  }
  expect(statuses).toEqual([...Array(10).fill(200), ...Array(6).fill(429)])

  // each of the ten requests that was allowed is counted by one of the processes
  const { secret: unlimited } = await keys.create({
    name: 'metrics',
    scopes: ['read'],
    requestsPerMinute: null,
    expiresAt: null,
  })
  const reader = { Authorization: `Bearer ${unlimited}`, Connection: 'close' }
  for (const { own } of [first, second])
    await expect.poll(async () => (await fetch(`${own}/metrics`, { headers: reader })).status).toBe(200)
  const scrapesAt = async (url: string) => {
    const text = await (await fetch(`${url}/metrics`, { headers: reader })).text()
    const count = /request_duration_seconds_count{method="GET",route="\/metrics",status="429"} (\d+)/.exec(
      text,
    )?.[1]
    return { text, count: Number(count ?? 0) }
  }
  const [all, ofFirst, ofSecond] = await Promise.all([first.url, first.own, second.own].map(scrapesAt))
  expect(all!.count).toBe(6)
  expect(ofFirst!.count + ofSecond!.count).toBe(6)
  expect(ofFirst!.count).toBeGreaterThan(0)
  expect(all!.text).toContain('# TYPE palate_http_request_duration_seconds histogram')
  expect((await scrapesAt(second.url)).count).toBe(6)

  process.kill(first.pid, 'SIGKILL')
  for (let n = 0; n < 5; n++) expect((await fetch(`${first.url}/health/live`)).status).toBe(200)
  await expect.poll(() => service.listening().length, { timeout: 60_000 }).toBe(3)
  expect(service.output()).toContain('ended unexpectedly')
  const third = service.listening()[2]!
  expect(third.url).toBe(first.url)
  expect((await fetch(`${third.own}/metrics`, { headers })).status).toBe(429)

  // a process that cannot be replaced at once does not end the other one
  await refuseConnections(true)
  process.kill(second.pid, 'SIGKILL')
  await expect.poll(() => failuresIn(service.output()), { timeout: 60_000 }).toBeGreaterThan(2)
  expect((await fetch(`${first.url}/health/live`)).status).toBe(200)
  await refuseConnections(false)
  await expect.poll(() => service.listening().length, { timeout: 60_000 }).toBe(4)
  const fourth = service.listening()[3]!

  // while the next process waits to be started
  const failures = failuresIn(service.output())
  process.kill(third.pid, 'SIGKILL')
  await expect.poll(() => failuresIn(service.output()), { interval: 10 }).toBe(failures + 1)
  service.child.kill('SIGTERM')
  expect(await service.ended).toBe(0)
  for (const { pid } of [second, third, fourth]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

const failuresIn = (output: string) => output.split('ended unexpectedly').length - 1

/** Only new connections. */
async function refuseConnections(areRefused: boolean) {
  const url = new URL(database.url)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const sql = postgres(url.href, { max: 1 })
  await sql`update pg_database set datallowconn = ${!areRefused} where datname = ${name}`
  await sql.end()
}

test('if the port of a process is taken, all end', { timeout: 60_000 }, async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const service = serve({}, port - 2)
  expect(await service.ended, service.output()).toBe(1)
  expect(service.output()).toContain(`Cannot listen on 127.0.0.1:${port}`)
  taken.close()
})

test('if a process cannot start, all end with its exit code', { timeout: 60_000 }, async () => {
  const service = serve({ DATABASE_URL: 'postgres://palate@127.0.0.1:1/none' })
  expect(await service.ended, service.output()).toBe(6)
})

interface Listening {
  readonly pid: number
  readonly url: string
  readonly own: string
}
