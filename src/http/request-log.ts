import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { Environment } from './environment.ts'

/**
 * Gives each request a log of its own and writes a line when it is answered. The line names the route, not the
 * address: ids of users and what they rated stay out of the logs.
 */
export function requestLog(log: Logger): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const start = performance.now()
    c.set('log', log.child({ requestId: c.get('requestId') }))
    await next()
    const milliseconds = Math.round((performance.now() - start) * 1000) / 1000
    const { method } = c.req
    c.get('log').info({ method, route: routePath(c, -1), status: c.res.status, milliseconds }, 'answered')
  }
}
