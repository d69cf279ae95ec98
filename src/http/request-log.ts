import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { Environment } from './environment.ts'
import type { Metrics } from './metrics.ts'

/**
 * Writes a line when a request is answered and counts it. Line and count name the route, not the address: ids of users
 * and what they rated stay out of both.
 */
export function requestLog(
  log: Logger,
  metrics: Pick<Metrics, 'requestAnswered'>,
): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const milliseconds = Math.round((performance.now() - start) * 1000) / 1000
    const [{ method }, route, { status }] = [c.req, routePath(c, -1), c.res]
    metrics.requestAnswered(method, route, status, milliseconds / 1000)
    log.info({ requestId: c.get('requestId'), method, route, status, milliseconds }, 'answered')
  }
}
