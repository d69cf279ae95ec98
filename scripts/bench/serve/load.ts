// The load generator, run as its own process: a task as JSON on stdin, the result as JSON on stdout.
import { json } from 'node:stream/consumers'
import { createRandom } from '../../../src/random/random.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'
import type { LoadResult, LoadTask } from './run-load.ts'

const task = (await json(process.stdin)) as LoadTask
const random = createRandom(task.seed, 'load')
const requests = task.requests.map((request) => toBytes(request, new URL(task.url).host))
const connections = await Promise.all(
  Array.from({ length: task.connections }, () => openConnection(new URL(task.url))),
)
const latencies: number[] = []
const statuses: Record<string, number> = {}
let errors = 0
const started = performance.now()
const end = started + task.seconds * 1000
if (task.rate === undefined) await Promise.all(connections.map(sendContinuously))
else await sendAtRate(task.rate)
const seconds = (performance.now() - started) / 1000
for (const connection of connections) connection.close()
console.log(JSON.stringify(summarize()))

/** Sends the next request as soon as the previous response is complete. */
async function sendContinuously(connection: HttpConnection): Promise<void> {
  while (performance.now() < end) await send(connection, performance.now())
}

/**
 * Sends at the times of a Poisson process, whether or not earlier responses are complete; the latency includes waiting
 * for a connection. Times are kept to the millisecond.
 */
async function sendAtRate(rate: number): Promise<void> {
  const idle = [...connections]
  const due: number[] = []
  const serve = async (connection: HttpConnection) => {
    while (due.length > 0) await send(connection, due.shift()!)
    idle.push(connection)
  }
  for (let next = started; next < end; ) {
    const now = performance.now()
    while (next <= now) {
      due.push(next)
      next -= (1000 / rate) * Math.log(1 - random.uniform())
    }
    for (let n = Math.min(due.length, idle.length); n > 0; n--) void serve(idle.pop()!)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  while (idle.length < connections.length) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function send(connection: HttpConnection, since: number): Promise<void> {
  const request = requests[random.integer(requests.length)]!
  try {
    const status = await connection.send(request)
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status === 200) latencies.push(performance.now() - since)
  } catch {
    errors++
  }
}

function toBytes({ path, body }: LoadTask['requests'][number], host: string): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const head = [`${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`, `Host: ${host}`]
  if (body !== undefined)
    head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`)
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

function summarize(): LoadResult {
  const sorted = Float64Array.from(latencies).sort()
  const percentile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return {
    requestsPerSecond: sorted.length / seconds,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p99: percentile(0.99),
    p999: percentile(0.999),
    statuses,
    errors,
  }
}
