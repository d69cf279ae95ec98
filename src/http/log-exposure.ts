import type { MiddlewareHandler } from 'hono'
import type { ExposureLog } from '../experiments/exposure-log.ts'
import type { Environment } from './environment.ts'

/** Logs the exposure set by a route once the response is sent: a response that never arrived exposed nothing. */
export function logExposure(exposures: ExposureLog): MiddlewareHandler<Environment> {
  return async (c, next) => {
    await next()
    const exposure = c.get('exposure')
    if (exposure === undefined || !c.res.ok) return
    const outgoing = c.env?.outgoing
    const add = () => exposures.add({ ...exposure, servedAt: Date.now() })
    if (outgoing === undefined) add()
    else outgoing.once('finish', add)
  }
}
