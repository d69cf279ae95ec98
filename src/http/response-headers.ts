// What every answer says besides its content, whoever asked.
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Environment } from './environment.ts'

/**
 * No page may frame, run or embed an answer; and it is of this moment: a copy in a cache would outlive a rating, or its
 * user. A route that sends more than data sets others in their place.
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
 * Gives every answer these headers and its request's id: the one that it brings along, or one of its own. They are
 * told to Node where it serves, since passing each of them through Hono takes longer than making a list.
 */
export const answerHeaders: MiddlewareHandler<Environment> = (c, next) => {
  const given = c.req.header('X-Request-Id')
  const requestId = given !== undefined && wellFormedId.test(given) ? given : crypto.randomUUID()
  c.set('requestId', requestId)
  const outgoing = c.env?.outgoing
  const say = outgoing ? outgoing.setHeader.bind(outgoing) : c.header
  say('X-Request-Id', requestId)
  for (const [name, value] of Object.entries(commonHeaders)) say(name, value)
  return next()
}

const wellFormedId = /^[\w\-=]{1,255}$/

/** Lets scripts of pages from these origins ask; without it browsers let none. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposeHeaders: ['Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  })
}
