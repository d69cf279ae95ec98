import type { Server } from 'node:http'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { explainFailure } from '../../src/retraining/run/failures.ts'
import { type ConsumedCounts, consume } from '../../src/streams/consume.ts'
import { createConsumeMetrics } from '../../src/streams/consume-metrics.ts'
import type { EventStream, Lag } from '../../src/streams/event-stream.ts'
import { createLineStream } from '../../src/streams/line-stream.ts'
import { type NatsAddress, parseNatsAddress } from '../../src/streams/nats-address.ts'
import { openNatsStream } from '../../src/streams/nats-stream.ts'
import { openRejectedEvents } from '../../src/streams/rejected-events.ts'
import { configuredWeights } from '../terminal/column-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { createProgress } from '../terminal/progress.ts'
import { logLine, withDatabase } from '../terminal/with-database.ts'
import { formatLag } from './format.ts'
import { serveMetrics } from './serve-metrics.ts'

export interface ConsumeFromOptions {
  readonly from?: NatsAddress
  readonly durable: string
  readonly rejected?: string
  readonly metricsPort?: number
}

export interface Consumed extends ConsumedCounts {
  readonly seconds: number
  readonly lag: Lag | null
  readonly rejectedFile: string
}

/** Saves the events of a stream until it ends or the signal is aborted; progress and outages go to stderr. */
export function consumeFrom(options: ConsumeFromOptions, signal: AbortSignal): Promise<Consumed> {
  if (options.from === undefined && process.stdin.isTTY)
    throw new UsageError('Give a stream with --from, or pipe events as JSON lines to standard input')
  return withDatabase(async (database, config) => {
    const stream = await openStream(options)
    try {
      return await consumeStream(stream, options, { database, config, signal })
    } finally {
      await stream.close()
    }
  })
}

interface Surroundings {
  readonly database: Database
  readonly config: Config
  readonly signal: AbortSignal
}

async function consumeStream(
  stream: EventStream,
  options: ConsumeFromOptions,
  { database, config: { home, host }, signal }: Surroundings,
): Promise<Consumed> {
  const rejectedFile = options.rejected ?? join(home, 'rejected-events.jsonl')
  const rejected = await openRejectedEvents(rejectedFile, stream.name)
  const metrics = createConsumeMetrics()
  const lag = () => stream.lag().catch(() => undefined)
  const progress = showProgress(stream.name, lag)
  let server: Server | undefined
  try {
    if (options.metricsPort !== undefined)
      server = await serveMetrics(async () => metrics.render(await lag()), host, options.metricsPort)
    const startedAt = performance.now()
    const counts = await consume(stream, {
      ratings: createPostgresUserRatings(database),
      saveFeedback: createPostgresFeedback(database),
      rejected,
      eventWeights: configuredWeights(),
      signal,
      onProgress: (counts) => {
        metrics.progressed(counts)
        progress.update(counts)
      },
      onOutage: (error) => logLine(`${explainFailure(error)}; trying again`),
    })
    const seconds = (performance.now() - startedAt) / 1000
    return { ...counts, seconds, lag: (await lag()) ?? null, rejectedFile }
  } finally {
    progress.finish()
    server?.close()
    await rejected.close()
  }
}

function openStream({ from, durable }: ConsumeFromOptions): Promise<EventStream> | EventStream {
  if (from === undefined) return createLineStream(process.stdin, 'standard input')
  return openNatsStream({ ...from, durable, onConnection: logLine })
}

/** The lag is read every few seconds, also while nothing is saved. */
function showProgress(name: string, lag: () => Promise<Lag | undefined>) {
  const progress = createProgress({ label: `Consuming ${name}`, unit: 'events', total: undefined })
  let counts: ConsumedCounts = { ratings: 0, feedback: 0, rejected: 0 }
  let detail = ''
  const show = () => {
    const { ratings, feedback, rejected } = counts
    const details = [...(rejected === 0 ? [] : [`${rejected} rejected`]), ...(detail === '' ? [] : [detail])]
    progress.update(ratings + feedback, details.join(' · '))
  }
  const timer = setInterval(async () => {
    const waiting = await lag()
    detail = waiting === undefined ? '' : formatLag(waiting)
    show()
  }, lagIntervalMs)
  return {
    update: (newCounts: ConsumedCounts) => {
      counts = newCounts
      show()
    },
    finish: () => {
      clearInterval(timer)
      progress.finish()
    },
  }
}

const lagIntervalMs = 2000

/** @throws InvalidArgumentError when `text` does not name a stream of NATS. */
export function parseOrigin(text: string): NatsAddress {
  const address = parseNatsAddress(text)
  if (address !== undefined) return address
  throw new InvalidArgumentError(
    text.startsWith('kafka:')
      ? 'Kafka is not supported; pipe its messages to standard input, as with kcat -C -t events -u.'
      : 'It must look like nats://host:4222/STREAM or tls://user:password@host:4222/STREAM.',
  )
}
