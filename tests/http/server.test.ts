import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { clientSignal, type Environment } from '../../src/http/environment.ts'
import { problemSchema } from '../../src/http/problem.ts'
import { listen } from '../../src/http/server.ts'
import {
  AbortError,
  type CancelSignal,
  type Inference,
  type OpenInference,
} from '../../src/recommender/inference/inference.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { LiveChampions } from '../../src/recommender/live-champions.ts'
import { openProjection } from '../registry/projection-model.ts'
import { createTestApp } from './test-app.ts'

const { app } = await createTestApp()

async function serve(fetch: Parameters<typeof listen>[0]) {
  const server = await listen(fetch, '127.0.0.1', 0)
  onTestFinished(() => server.close())
  return server
}

/** An app whose only route responds after `open`; `entered` resolves once a request has reached it. */
function gatedApp() {
  const [gate, entered] = [signal(), signal()]
  const app = new Hono().get('/', async (c) => {
    entered.give()
    await gate.given
    return c.text('whole')
  })
  return { fetch: app.fetch, entered: entered.given, open: gate.give }
}

function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

/** A server that closes first accepts the connections that were waiting for it. */
async function stoppedListening() {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
}

/** Writes bytes to the server and gives all that comes back until it hangs up. */
async function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

describe('closing', () => {
  test('tells kept connections with the next response, and loses no request on them', async () => {
    const { fetch: app, entered, open } = gatedApp()
    const { url, close } = await listen(app, '127.0.0.1', 0)
    const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })] as const
    const send = (agent: Agent, path: string) =>
      new Promise<string | undefined>((resolve, reject) => {
        get(`${url}${path}`, { agent }, (reply) =>
          reply.resume().on('end', () => resolve(reply.headers.connection)),
        ).on('error', reject)
      })
    expect(await send(agents[0], '/nowhere')).toBe('keep-alive')
    const pending = send(agents[1], '/')
    await entered
    const closed = close()
    await stoppedListening()
    expect(await send(agents[0], '/nowhere')).toBe('close')
    open()
    expect(await pending).toBe('close')
    await closed
  })

  test('lets the requests in progress end and accepts no new ones', async () => {
    const { fetch: app, entered, open } = gatedApp()
    const { url, close } = await listen(app, '127.0.0.1', 0)
    const pending = fetch(url)
    await entered
    const closed = close()
    await stoppedListening()
    await expect(fetch(url)).rejects.toThrow()
    open()
    expect(await (await pending).text()).toBe('whole')
    await closed
  })

  // Kept alive they would last a minute, and the patience with them ten seconds.
  test('does not wait for idle connections', { timeout: 8_000 }, async () => {
    const { fetch: app, entered, open } = gatedApp()
    const { url, close } = await listen(app, '127.0.0.1', 0)
    const agent = new Agent({ keepAlive: true })
    const pending = new Promise((resolve) => {
      get(url, { agent }, (reply) => reply.resume().on('end', resolve))
    })
    await entered
    const closed = close()
    open()
    await pending
    await closed
    agent.destroy()
  })
})

test('an address that is in use is named', async () => {
  const { url } = await serve(() => new Response())
  await expect(listen(() => new Response(), '127.0.0.1', Number(new URL(url).port))).rejects.toThrow(
    `Cannot listen on ${new URL(url).host}`,
  )
})

describe('a request that does not reach the app gets a problem too:', () => {
  const cases: [string, string, number][] = [
    ['no HTTP at all', 'GARBAGE\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['headers beyond all bounds', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['a way to somewhere else', 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n', 405],
  ]
  test.each(cases)('%s', async (_, bytes, status) => {
    const { url } = await serve(() => new Response('reached'))
    const reply = await exchange(url, bytes)
    const [head, body] = reply.split('\r\n\r\n') as [string, string]
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const headers = new Headers(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(': ') as [string, string]),
    )
    await expectProblem(new Response(body, { status, headers }))
  })

  test('a request beyond 512 in progress, except for the health of the service', async () => {
    const gate = signal()
    const crowd = signal()
    let entered = 0
    const { url } = await serve(async (request) => {
      if (request.url.includes('/health/')) return new Response('well')
      if (++entered === 512) crowd.give()
      await gate.given
      return new Response('whole')
    })
    const replies = Array.from({ length: 512 }, () => fetch(url))
    await crowd.given
    const refused = await fetch(url)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('1')
    await expectProblem(refused)
    expect(await (await fetch(`${url}/health/live`)).text()).toBe('well')
    gate.give()
    for (const reply of replies) expect(await (await reply).text()).toBe('whole')
  })
})

/** Whether it is told as the app tells what it refuses. */
async function expectProblem(response: Response): Promise<void> {
  const { headers } = await app.request('/nothing')
  const common = [...headers].filter(([name]) => name !== 'x-request-id')
  expect(common.length).toBeGreaterThan(5)
  expect([...response.headers]).toEqual(expect.arrayContaining(common))
  const requestId = response.headers.get('X-Request-Id')
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(problemSchema.strict().parse(await response.json())).toMatchObject({
    status: response.status,
    requestId,
  })
}

test('a request of HTTP/1.0 needs no host, and OPTIONS / has a response, as load balancers check the health of a service', async () => {
  const { url } = await serve(app.fetch)
  expect(await exchange(url, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  expect(await exchange(url, 'OPTIONS / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 204 /)
})

test('an unknown expectation is ignored', async () => {
  const { url } = await serve(() => new Response('whole'))
  const reply = await exchange(url, 'GET / HTTP/1.1\r\nHost: a\r\nExpect: rain\r\nConnection: close\r\n\r\n')
  expect(reply).toMatch(/^HTTP\/1.1 200 .*whole$/s)
})

test('the signal of a client is aborted once the response is sent, as after the time limit', async () => {
  const signals: CancelSignal[] = []
  const app = new Hono<Environment>().get('/', (c) => {
    signals.push(clientSignal(c))
    return c.text(String(signals[0]!.aborted))
  })
  const { url } = await serve(app.fetch)
  expect(await (await fetch(url)).text()).toBe('false')
  expect(signals[0]!.aborted).toBe(true)
})

test('a request is canceled when its client disconnects, and its champion is freed', async () => {
  const { registry, log, train, logged, ...parts } = await createTestApp()
  const dependencies = { ...parts, pingDatabase: async () => {} }
  const [requested, disposed] = [signal(), signal()]
  const open: OpenInference = async (artifact) => {
    const inference = await localInference(openProjection)(artifact)
    const infer: Inference['infer'] = async (request, options) => {
      if (options?.signal === undefined) return inference.infer(request)
      requested.give()
      while (!options.signal.aborted) await sleep(1)
      throw new AbortError('canceled')
    }
    return { ...inference, infer, dispose: disposed.give }
  }
  const champions = new LiveChampions({ registry, open, log })
  await train()
  await champions.refresh()
  const { url } = await serve(createApp({ ...dependencies, registry, log, champions }).fetch)
  const client = new AbortController()
  const response = fetch(`${url}/recommend/u/explain/a`, { signal: client.signal })
  await requested.given
  await champions.close()
  client.abort()
  await expect(response).rejects.toThrow()
  await disposed.given
  await expect
    .poll(() => logged.map((line) => JSON.parse(line)))
    .toContainEqual(expect.objectContaining({ route: '/recommend/:userId/explain/:itemId', status: 499 }))
})

test('a client that sends a body of 10 MB before it reads gets the rejection, and may keep the connection', async () => {
  const { url } = await serve(app.fetch)
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  for (let attempt = 0; attempt < 3; attempt++) {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': 10_000_000 }
    const sending = request(`${url}/ratings`, { method: 'POST', headers, agent })
    const replied = once(sending, 'response')
    sending.end('x'.repeat(10_000_000))
    const [reply] = (await replied) as [IncomingMessage]
    expect([reply.statusCode, reply.headers.connection]).toEqual([413, 'keep-alive'])
    reply.resume()
    await once(reply, 'end')
  }
})

test('a body of 10 MB is rejected over a connection, and the service keeps running', async () => {
  const { url } = await serve(app.fetch)
  const status = await new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': 10_000_000 }
    const sending = request(`${url}/ratings`, { method: 'POST', headers }, (reply) => {
      resolve([reply.statusCode, reply.headers.connection])
      sending.destroy()
    })
    sending.on('error', reject)
    sending.write('x'.repeat(1_000_000))
  })
  expect(status).toEqual([413, 'close'])
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
})
