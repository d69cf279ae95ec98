import { setTimeout } from 'node:timers/promises'
import {
  AckPolicy,
  type Consumer,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
  type JsMsg,
  jetstreamManager,
} from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { type EventStream, EventStreamError, type Lag, type StreamedEvent } from './event-stream.ts'
import type { NatsAddress } from './nats-address.ts'

export interface NatsStreamOptions extends NatsAddress {
  /** The durable consumer; consumers of the same name share the events. */
  readonly durable: string
  /** Called when the server cannot be reached, and when it can be again. */
  readonly onConnection?: (line: string) => void
}

/**
 * Events of a JetStream stream, by a durable pull consumer, which is created if it does not exist: it delivers all
 * events of the stream, each until it is acknowledged.
 *
 * @throws EventStreamError when the server, the stream or the consumer cannot be used
 */
export async function openNatsStream(options: NatsStreamOptions): Promise<EventStream> {
  const connection = await open(options)
  try {
    const manager = await jetstreamManager(connection)
    await requireStream(manager, options)
    await requireConsumer(manager, options)
    const consumer = await manager.jetstream().consumers.get(options.stream, options.durable)
    void reportConnection(connection, options)
    return streamOf(connection, manager, consumer, options)
  } catch (error) {
    await connection.close()
    if (error instanceof EventStreamError) throw error
    throw new EventStreamError(`The JetStream of ${options.server} cannot be used: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function streamOf(
  connection: NatsConnection,
  manager: JetStreamManager,
  consumer: Consumer,
  options: NatsStreamOptions,
): EventStream {
  const { stream } = options
  const messages = new WeakMap<StreamedEvent, JsMsg>()
  const receive = (message: JsMsg): StreamedEvent => {
    const event = toEvent(message, stream)
    messages.set(event, message)
    return event
  }
  return {
    name: stream,
    redelivers: true,
    async *pages(signal) {
      while (!signal.aborted) {
        const page = await fetchPage(consumer, signal).catch((error) =>
          pauseUnlessGone(error, connection, manager, options, signal),
        )
        if (page.length > 0) yield page.map(receive)
      }
    },
    acknowledge: async (events) => {
      await requireOpen(connection, options)
      for (const event of events) messages.get(event)?.ack()
    },
    lag: () => lagOf(manager, options),
    // the last acknowledgements are sent first; without a server they would wait forever
    close: async () => {
      if (!connection.isClosed())
        await Promise.race([connection.drain(), setTimeout(2000, undefined, { ref: false })])
    },
  }
}

/** Up to `pageSize` messages: those that arrive within a second. */
async function fetchPage(consumer: Consumer, signal: AbortSignal): Promise<JsMsg[]> {
  const fetched = await consumer.fetch({ max_messages: pageSize, expires: 1000 })
  const stop = () => void fetched.close()
  signal.addEventListener('abort', stop)
  const page: JsMsg[] = []
  try {
    for await (const message of fetched) page.push(message)
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return page
}

const pageSize = 1000

function toEvent(message: JsMsg, stream: string): StreamedEvent {
  const { seq, data, timestampNanos } = message
  return {
    bytes: data,
    position: `${stream} ${seq}`,
    // a stream that is created anew counts from 1 again, so the sequence is not enough
    id: `${stream} ${seq} ${timestampNanos}`,
    time: Number(timestampNanos / 1000n) / 1e6,
  }
}

/** @throws EventStreamError if the connection is closed, or the stream or its consumer was deleted; other failures pass. */
async function pauseUnlessGone(
  error: unknown,
  connection: NatsConnection,
  manager: JetStreamManager,
  { stream, durable, server }: NatsStreamOptions,
  signal: AbortSignal,
): Promise<JsMsg[]> {
  await requireOpen(connection, { server })
  const isGone = await manager.consumers.info(stream, durable).then(
    () => false,
    (cause) => cause instanceof JetStreamApiError && notFoundCodes.has(cause.code),
  )
  if (isGone)
    throw new EventStreamError(`The stream ${stream} or its consumer ${durable} was deleted at ${server}`, {
      cause: error,
    })
  await setTimeout(1000, undefined, { signal }).catch(() => {})
  return []
}

/** The client reconnects after a failure, but not after the server has refused the user or the token again. */
async function requireOpen(
  connection: NatsConnection,
  { server }: { readonly server: string },
): Promise<void> {
  if (!connection.isClosed()) return
  const reason = await connection.closed()
  throw new EventStreamError(`The connection to ${server} was closed${reason ? `: ${reason.message}` : ''}`, {
    cause: reason,
  })
}

/** Of a consumer and of a stream. */
const notFoundCodes = new Set([10014, 10059])

async function open({ server, tls, user, password, token }: NatsAddress): Promise<NatsConnection> {
  try {
    return await connect({
      servers: server,
      name: 'palate consume',
      maxReconnectAttempts: -1,
      ...(tls && { tls: {} }),
      ...(user !== undefined && { user, pass: password ?? '' }),
      ...(token !== undefined && { token }),
    })
  } catch (cause) {
    throw new EventStreamError(`The NATS server ${server} cannot be reached: ${messageOf(cause)}`, { cause })
  }
}

async function requireStream(manager: JetStreamManager, { stream, server }: NatsAddress): Promise<void> {
  try {
    await manager.streams.info(stream)
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError) || cause.code !== 10059) throw cause
    const names: string[] = []
    for await (const name of manager.streams.names()) names.push(name)
    const existing = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
    throw new EventStreamError(`The NATS server ${server} has no stream ${stream}; ${existing}`, { cause })
  }
}

/** Creates the consumer unless it exists; a consumer that was set up by hand, as with a filter, is used as it is. */
async function requireConsumer(manager: JetStreamManager, { stream, durable }: NatsStreamOptions) {
  const existing = await manager.consumers.info(stream, durable).catch((error) => {
    if (error instanceof JetStreamApiError && error.code === 10014) return undefined
    throw error
  })
  if (existing === undefined)
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: 30e9, // nanoseconds
      max_ack_pending: 20 * pageSize,
    })
  else requireExplicitPull(existing)
}

function requireExplicitPull({ name, config }: ConsumerInfo): void {
  if (config.deliver_subject === undefined && config.ack_policy === AckPolicy.Explicit) return
  throw new EventStreamError(
    `The consumer ${name} must be a pull consumer with explicit acknowledgement: name another one with --durable`,
  )
}

async function lagOf(manager: JetStreamManager, { stream, durable }: NatsStreamOptions): Promise<Lag> {
  const info = await manager.consumers.info(stream, durable)
  const events = info.num_pending + info.num_ack_pending
  if (events === 0) return { events, seconds: 0 }
  // the server finds the first message from this one on, which may be deleted or belong to other consumers
  const query = { seq: info.ack_floor.stream_seq + 1, next_by_subj: info.config.filter_subject ?? '>' }
  const oldest = await manager.streams.getMessage(stream, query)
  return { events, seconds: oldest === null ? 0 : Math.max(0, (Date.now() - oldest.time.getTime()) / 1000) }
}

async function reportConnection(
  connection: NatsConnection,
  { server, onConnection }: NatsStreamOptions,
): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') onConnection?.(`The connection to ${server} was lost; reconnecting`)
    if (type === 'reconnect') onConnection?.(`Connected to ${server} again`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
