// The HTTP server around the app: listening, and ending without losing a request.
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type EarlyRefusal, refuseEarly } from './early-refusals.ts'
import type { ProblemName } from './problem.ts'

export interface RunningServer {
  /** Where it listens. */
  readonly url: string
  /** Takes no more connections, lets the requests under way end, and resolves when all is quiet. */
  close(): Promise<void>
}

type Fetch = (request: Request) => Response | Promise<Response>

/**
 * Serves `fetch` over HTTP. Of more than 512 requests at once the later ones are refused before anything is done for
 * them, unless they ask after the service's health; `refused` is told of each.
 *
 * @param port 0 for any free one
 * @throws Error when the address cannot be taken, saying which
 */
export async function listen(
  fetch: Fetch,
  host: string,
  port: number,
  refused: () => void = () => {},
): Promise<RunningServer> {
  const answer = getRequestListener(fetch, {
    errorHandler: (error) => {
      const detail = `No request can be made of this: ${(error as Error).message}.`
      const { body, ...head } = refuseEarly('malformed-message', detail)
      return new Response(body, head)
    },
  })
  let underWay = 0
  const take = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (underWay >= mostAtOnce && !incoming.url?.startsWith('/health/')) {
      refused()
      return send(refuseEarly('overloaded', overloaded), incoming, outgoing)
    }
    underWay++
    outgoing.once('close', () => underWay--)
    void answer(incoming, outgoing)
  }
  const server = createServer(settings, take)
  server.timeout = longestSilence
  // Node would refuse what it does not know without a body; it may be passed by.
  server.on('checkExpectation', take)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    hangUp(socket, refuseEarly(unparsable[error.code ?? ''] ?? 'malformed-message', unreadable))
  })
  server.on('connect', (_, socket) => hangUp(socket, refuseEarly('method-not-allowed', noProxy)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`Cannot listen on ${host}:${port}`, { cause })))
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${taken}`, close: () => close(server) }
}

const settings = {
  // milliseconds
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // How often these two are looked at; Node would take half a minute, and so they would last longer.
  connectionsCheckingInterval: 1_000,
  // Longer than load balancers keep theirs: else they send requests into connections that just ended.
  keepAliveTimeout: 65_000,
  // Node would answer without a body.
  requireHostHeader: false,
}
const mostAtOnce = 512
// milliseconds
const longestFarewell = 10_000
/** Of one who does not take the answer in; between requests `keepAliveTimeout` holds. */
const longestSilence = 60_000

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  // A connection whose last answer is out would be kept alive for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const last = setTimeout(() => server.closeAllConnections(), longestFarewell)
  await closed
  clearInterval(idle)
  clearTimeout(last)
}

/** Under load this must cost next to nothing. */
function send(
  { status, headers, body }: EarlyRefusal,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  incoming.resume()
  outgoing.writeHead(status, headers).end(body)
}

/** To what is not HTTP at all, or too long, or does not come. */
function hangUp(socket: Duplex, { status, headers, body }: EarlyRefusal): void {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'))
}

const overloaded = 'More is asked just now than can be answered in time; ask again in a second.'
const unreadable = 'The request could not be read to its end as HTTP/1.1.'
const noProxy = 'This service leads nowhere else: ask it for one of its own addresses.'

const unparsable: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}
