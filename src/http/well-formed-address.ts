import type { MiddlewareHandler } from 'hono'
import { problem } from './problem.ts'

/** Refuses a path that no text was percent-encoded into: taken as it stands it would name somebody else. */
export const wellFormedAddress: MiddlewareHandler = async (c, next) => {
  try {
    if (c.req.url.includes('%')) decodeURIComponent(new URL(c.req.url).pathname)
  } catch {
    return problem(
      c,
      'invalid-request',
      'The path must be UTF-8, percent-encoded; a percent sign itself is %25.',
    )
  }
  return next()
}
