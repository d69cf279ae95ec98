import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Environment } from './environment.ts'
import { problem } from './problem.ts'

/** Of a body as it is sent, and after it is unpacked. */
export const maxBodyBytes = 1024 * 1024

const readAndLimitBody = bodyLimit({ maxSize: maxBodyBytes, onError: rejectBody })

/** Trusts the declared length if there is one: reading the body to measure it costs more than the rest of a request. */
export const limitBody: MiddlewareHandler<Environment> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const length = c.req.header('Content-Length')
  if (length === undefined || c.req.header('Transfer-Encoding') !== undefined)
    return readAndLimitBody(c, next)
  return Number(length) > maxBodyBytes ? rejectBody(c) : next()
}

/**
 * A client that is still sending when its connection is closed may lose the response, so the rest of the body is first
 * discarded for a while.
 */
export async function rejectBody(c: Context<Environment>): Promise<Response> {
  const incoming = c.env?.incoming
  if (incoming && !(await discardBody(incoming))) c.header('Connection', 'close')
  return problem(
    c,
    'body-too-large',
    `A body must have at most ${maxBodyBytes} bytes: send several requests instead.`,
  )
}

/** Whether the end of the body arrived in time. */
function discardBody(incoming: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      resolve(incoming.complete)
    }
    const timer = setTimeout(finish, maxDiscardMs)
    incoming.once('end', finish).once('close', finish).resume()
    if (incoming.complete) finish()
  })
}

const maxDiscardMs = 500
