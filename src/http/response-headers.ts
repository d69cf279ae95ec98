import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Environment } from './environment.ts'

/**
 * The headers of every response. Browsers may not frame, run or embed it, and caches may not keep it: a copy would
 * outlive a new rating or the erasure of its user. A route that sends more than data replaces some of them.
 */
export const commonHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=15552000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Adds the common headers and the request id: that of the request, or a new one. Behind a server they are set on Node's
 * response, because setting them through Hono takes longer than computing a list.
 */
export const responseHeaders: MiddlewareHandler<Environment> = (c, next) => {
  const header = c.req.header('X-Request-Id')
  const requestId = header !== undefined && wellFormedId.test(header) ? header : crypto.randomUUID()
  c.set('requestId', requestId)
  const outgoing = c.env?.outgoing
  const setHeader = outgoing ? outgoing.setHeader.bind(outgoing) : c.header
  setHeader('X-Request-Id', requestId)
  for (const [name, value] of Object.entries(commonHeaders)) setHeader(name, value)
  return next()
}

const wellFormedId = /^[\w\-=]{1,255}$/

/** Allows scripts of pages from these origins to send requests; without it browsers allow none. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposeHeaders: ['Link', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  })
}
