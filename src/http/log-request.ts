import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { Environment } from './environment.ts'
import type { Metrics } from './metrics.ts'

/** Logs and counts each response by its route instead of its path, so that neither contains user ids or ratings. */
export function logRequest(
  log: Logger,
  metrics: Pick<Metrics, 'requestHandled'>,
): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const milliseconds = Math.round((performance.now() - start) * 1000) / 1000
    const [{ method }, route, { status }] = [c.req, routePath(c, -1), c.res]
    metrics.requestHandled(method, route, status, milliseconds / 1000)
    log.info({ requestId: c.get('requestId'), method, route, status, milliseconds }, 'request handled')
  }
}
