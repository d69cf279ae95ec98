import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { Environment } from './environment.ts'
import type { Metrics } from './metrics.ts'

/**
 * Gives each request a log of its own, writes a line when it is answered and counts it. Line and count name the
 * route, not the address: ids of users and what they rated stay out of both.
 */
export function requestLog(
  log: Logger,
  metrics: Pick<Metrics, 'requestAnswered'>,
): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const start = performance.now()
    c.set('log', log.child({ requestId: c.get('requestId') }))
    await next()
    const milliseconds = Math.round((performance.now() - start) * 1000) / 1000
    const [{ method }, route, { status }] = [c.req, routePath(c, -1), c.res]
    metrics.requestAnswered(method, route, status, milliseconds / 1000)
    c.get('log').info({ method, route, status, milliseconds }, 'answered')
  }
}
