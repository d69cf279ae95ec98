import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { metricsType } from '../../src/http/metrics.ts'

/**
 * Serves GET /metrics. The metrics contain counts only, so that no key is required.
 *
 * @throws Error when it cannot listen on the address, naming it
 */
export async function serveMetrics(
  render: () => Promise<string>,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return response.writeHead(404).end()
    return response.writeHead(200, { 'Content-Type': metricsType }).end(await render())
  })
  server.listen(port, host)
  await once(server, 'listening').catch((cause) => {
    throw new Error(`Metrics cannot be served at ${host}:${port}: ${cause.message}`, { cause })
  })
  return server
}
