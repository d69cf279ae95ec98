// The HTTP server around the app: listening, and ending without losing a request.
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type ProblemName, problemMessage } from './problem.ts'

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
  const answer = getRequestListener(fetch, { errorHandler: answerUnreadable })
  let underWay = 0
  const server = createServer(settings, (incoming, outgoing) => {
    if (underWay >= mostAtOnce && !incoming.url?.startsWith('/health/')) {
      refused()
      return refuse(incoming, outgoing)
    }
    underWay++
    outgoing.once('close', () => underWay--)
    void answer(incoming, outgoing)
  })
  server.timeout = longestSilence
  server.on('clientError', answerUnparsable)
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
function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const detail = 'More is asked just now than can be answered in time; ask again in a second.'
  const { status, headers, body } = problemMessage('overloaded', { detail, requestId: crypto.randomUUID() })
  incoming.resume()
  outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
}

/** What is HTTP but makes no address, such as one without a host. */
function answerUnreadable(error: unknown): Response {
  const detail = `No address can be made of this request: ${(error as Error).message}.`
  const { body, ...head } = problemMessage('malformed-message', { detail, requestId: crypto.randomUUID() })
  return new Response(body, head)
}

/** What is not HTTP at all, or too long, or does not come. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const name = unparsable[error.code ?? ''] ?? 'malformed-message'
  const detail = 'The request could not be read to its end as HTTP/1.1.'
  const { status, headers, body } = problemMessage(name, { detail, requestId: crypto.randomUUID() })
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([key, value]) => `${key}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const unparsable: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}
