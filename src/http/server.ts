// The HTTP server around the app: listening, limits, and shutting down without losing a request.
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type ProblemName, problemMessage } from './problem.ts'
import { commonHeaders } from './response-headers.ts'

export interface RunningServer {
  /** Where it listens. */
  readonly url: string
  /**
   * Accepts no more connections, and resolves when all are closed: each with its next response, which tells the client
   * so by `Connection: close`, or when it has been idle for two seconds.
   */
  close(): Promise<void>
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>

/**
 * Serves `fetch` over HTTP. At most 512 requests are in progress at once; others are rejected before any work is done
 * for them, except requests for the health of the service. `onRejected` is called for each.
 *
 * @param port 0 for any free one
 * @param isShared whether processes of one cluster that listen on the port share its connections
 * @throws Error when it cannot listen on the address, naming it
 */
export async function listen(
  fetch: Fetch,
  host: string,
  port: number,
  onRejected: () => void = () => {},
  isShared = true,
): Promise<RunningServer> {
  const respond = getRequestListener(fetch, {
    errorHandler: (error) => {
      const detail = `The request cannot be processed: ${(error as Error).message}.`
      const { body, ...init } = rejectionOf('malformed-message', detail)
      return new Response(body, init)
    },
  })
  const inProgress = new Set<ServerResponse>()
  let isClosing = false
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (isClosing) outgoing.setHeader('Connection', 'close')
    if (inProgress.size >= maxRequestsInProgress && !incoming.url?.startsWith('/health/')) {
      onRejected()
      return reject(rejectionOf('overloaded', overloaded), incoming, outgoing)
    }
    // HTTP/1.0 has no such header, and load balancers check the health of a service with it
    if (incoming.httpVersion === '1.0') incoming.headers.host ??= 'localhost'
    inProgress.add(outgoing)
    outgoing.once('close', () => inProgress.delete(outgoing))
    void respond(incoming, outgoing)
  }
  const server = createServer(settings, handle)
  server.timeout = maxIdleMs
  // Node would reject an unknown expectation without a body; the header may be ignored.
  server.on('checkExpectation', handle)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    endSocket(socket, rejectionOf(problemOfParser[error.code ?? ''] ?? 'malformed-message', unreadable))
  })
  server.on('connect', (_, socket) => endSocket(socket, rejectionOf('method-not-allowed', noProxy)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`Cannot listen on ${host}:${port}`, { cause })))
    server.listen({ port, host, exclusive: !isShared }, resolve)
  })
  const { port: actualPort } = server.address() as AddressInfo
  return {
    url: urlOf(host, actualPort),
    close: async () => {
      await acceptWaiting(server)
      const closed = close(server)
      // Only now: a client that is told so connects again, and would be reset while the server stops listening.
      isClosing = true
      for (const outgoing of inProgress) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close')
      await closed
    },
  }
}

/** The URL of a service that listens on this address. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const settings = {
  // milliseconds
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Node checks the timeouts above every 30 seconds by default, which would prolong them.
  connectionsCheckingInterval: 1_000,
  // Longer than load balancers keep idle connections; otherwise they send requests into connections that are closing.
  keepAliveTimeout: 65_000,
  // Node would reject a missing header without a body.
  requireHostHeader: false,
}
const maxRequestsInProgress = 512
const shutdownTimeoutMs = 10_000
/** A client that uses its connections has sent its last request on each by then. */
const idleGraceMs = 2_000
/** Clients that connect again and again do not keep the server open for longer. */
const maxAcceptMs = 500
/** For a client that does not read its response; between requests `keepAliveTimeout` applies. */
const maxIdleMs = 60_000

async function close(server: Server): Promise<void> {
  // The method of HTTP servers would close idle connections at once, into which clients are sending requests.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const idleTimers: NodeJS.Timeout[] = []
  const closeIdle = () => idleTimers.push(setInterval(() => server.closeIdleConnections(), 50))
  const graceTimer = setTimeout(closeIdle, idleGraceMs)
  const shutdownTimer = setTimeout(() => server.closeAllConnections(), shutdownTimeoutMs)
  await closed
  for (const timer of [graceTimer, shutdownTimer, ...idleTimers]) clearTimeout(timer)
  // ends the checks of timeouts
  server.close()
}

/** Accepts the connections that wait for it, which would be reset when the server stops listening. */
async function acceptWaiting(server: Server): Promise<void> {
  const deadline = Date.now() + maxAcceptMs
  let accepted = 0
  const count = () => accepted++
  server.on('connection', count)
  let before: number
  do {
    before = accepted
    // a turn of the event loop accepts one or more; the second sees those of the poll between them
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate)
  } while (accepted > before && Date.now() < deadline)
  server.off('connection', count)
}

/** The response to a request that does not reach the app. */
interface Rejection {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Has the same headers as the responses of the app. */
function rejectionOf(name: ProblemName, detail: string): Rejection {
  const requestId = crypto.randomUUID()
  const { status, headers, body } = problemMessage(name, { detail, requestId })
  const requestHeaders = { 'X-Request-Id': requestId, 'Content-Length': String(Buffer.byteLength(body)) }
  return { status, headers: { ...commonHeaders, ...headers, ...requestHeaders }, body }
}

/** Runs for every rejected request under overload, and must therefore be cheap. */
function reject(
  { status, headers, body }: Rejection,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  incoming.resume()
  outgoing.writeHead(status, headers).end(body)
}

/** For a connection that Node has not turned into a request: not HTTP, too large, too slow, or a tunnel. */
function endSocket(socket: Duplex, { status, headers, body }: Rejection): void {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'))
}

const overloaded = 'Too many requests are in progress; retry in a second.'
const unreadable = 'The request is not complete and valid HTTP/1.1.'
const noProxy = 'This service is not a proxy: request one of its own paths.'

const problemOfParser: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}
