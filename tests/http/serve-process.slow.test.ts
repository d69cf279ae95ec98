// The service as a process of its own, as an operator runs it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { exitCodes } from '../../scripts/terminal/exit-codes.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'

const database = await createTestDatabase()
const home = mkdtempSync(join(tmpdir(), 'palate-serve-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true })
})

function serve(port: number, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [programOf('scripts/serve.ts')], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: process.env.PATH,
      PALATE_BACKEND: 'cpu',
      PALATE_HOME: home,
      DATABASE_URL: database.url,
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  const started = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        output += piece
        if (output.includes('listening on')) resolve()
      })
    child.once('close', () => resolve())
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended, started, output: () => output }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

test('a service that cannot start closes what it opened and exits', { timeout: 180_000 }, async () => {
  const occupied = createServer().listen(0, '127.0.0.1')
  await once(occupied, 'listening')
  const { port } = occupied.address() as AddressInfo
  const failures = await Promise.all([
    serve(0, { API_KEYS: 'required' }).ended,
    serve(port).ended,
    serve(0, { DATABASE_URL: 'postgres://palate@127.0.0.1:1/none' }).ended,
    serve(0, { PALATE_HOME: '/dev/null/home' }).ended,
  ])
  occupied.close()
  expect(failures).toEqual([
    { code: exitCodes.failed[0], output: expect.stringContaining('Create one with') },
    { code: exitCodes.failed[0], output: expect.stringContaining(`Cannot listen on 127.0.0.1:${port}`) },
    { code: exitCodes.database[0], output: expect.stringContaining('No server accepts connections at') },
    { code: exitCodes.storage[0], output: expect.stringContaining('/dev/null/home') },
  ])
})

test('a rolling restart resets no connection, and unreadable lines of a journal are set aside', {
  timeout: 180_000,
}, async () => {
  const folder = join(home, 'exposures')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const lines = ['{"userId": "Max Mustermann", broken', 'null', '{"userId": "Max Mustermann"}']
  writeFileSync(join(folder, '99999999-1-0.jsonl'), `${lines.join('\n')}\n`)
  const ports = [await freePort(), await freePort()]
  const replicas = ports.map((port) => serve(port))
  await Promise.all(replicas.map(({ started }) => started))

  let isOver = false
  // many requests while a replica closes, few while one starts
  let pauseMs = 200
  let connected = 0
  const clients = Array.from({ length: 64 }, (_, n) =>
    requestUntil(
      () => isOver,
      ports,
      n,
      () => connected++,
      () => pauseMs,
    ),
  )
  await expect.poll(() => connected).toBe(64)
  for (const [n, port] of ports.entries()) {
    const before = replicas[n]!
    pauseMs = 10
    before.child.kill('SIGTERM')
    const { code, output } = await before.ended
    pauseMs = 200
    expect(code, output).toBe(0)
    replicas[n] = serve(port)
    await replicas[n]!.started
  }
  isOver = true
  const results = await Promise.all(clients)
  expect(results.flatMap(({ errors }) => errors)).toEqual([])
  expect(results.every(({ responses }) => responses > 10)).toBe(true)

  expect(readFileSync(join(folder, 'unreadable.txt'), 'utf8').trim().split('\n').sort()).toEqual(lines.sort())
  expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual([])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const { output } of replicas) expect(output()).not.toContain('Mustermann')
})

/** Sends requests over one kept connection; a replica that refuses new connections is not used until the other does. */
async function requestUntil(
  isOver: () => boolean,
  ports: readonly number[],
  client: number,
  onConnected: () => void,
  pauseMs: () => number,
) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const errors: string[] = []
  let responses = 0
  let replica = client % 2
  while (!isOver()) {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      get({ port: ports[replica], host: '127.0.0.1', path: '/health/live', agent }, (response) =>
        response
          .resume()
          .once('end', () => resolve(undefined))
          .once('error', resolve),
      ).once('error', resolve)
    })
    if (error === undefined && responses++ === 0) onConnected()
    if (error?.code === 'ECONNREFUSED') replica = 1 - replica
    else if (error) errors.push(`${error.code} ${error.message}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs()))
  }
  agent.destroy()
  return { responses, errors }
}
