import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Context, MiddlewareHandler } from 'hono'
import { maxBodyBytes, rejectBody } from './body-limit.ts'
import type { Environment } from './environment.ts'
import { problem } from './problem.ts'

/** Unpacks a body with `Content-Encoding: gzip`; the limit of a body holds for the unpacked one too. */
export const unpackBody: MiddlewareHandler<Environment> = async (c, next) => {
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return rejectEncoding(c, encoding)
  try {
    const body = await unpack(await c.req.arrayBuffer(), { maxOutputLength: maxBodyBytes })
    const headers = new Headers(c.req.raw.headers)
    headers.delete('Content-Encoding')
    headers.set('Content-Length', String(body.length))
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body, signal: c.req.raw.signal })
    c.req.bodyCache = {}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return rejectBody(c)
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error
    return problem(c, 'malformed-body', 'The body is not valid gzip, which its Content-Encoding states.')
  }
  return next()
}

const unpack = promisify(gunzip)

function rejectEncoding(c: Context<Environment>, encoding: string): Response {
  c.header('Accept-Encoding', 'gzip')
  const detail = `The Content-Encoding ${JSON.stringify(encoding.slice(0, 40))} is not supported: send the body as it is, or packed with gzip.`
  return problem(c, 'unsupported-media-type', detail)
}
