// The cookie that holds the id of a session. Scripts cannot read it, and browsers send it only from pages of this service.
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { createSessionId } from '../access/sessions.ts'

const name = 'palate_console'

/** The id that the browser sent, or a new one, which is set. */
export function sessionIdOf(c: Context): string {
  const id = getCookie(c, name)
  return id !== undefined && wellFormedId.test(id) ? id : setSessionId(c, createSessionId())
}

const wellFormedId = /^[\w-]{43}$/

export function setSessionId(c: Context, id: string): string {
  // a gateway may serve the console below any path, and end TLS
  const secure = c.req.header('X-Forwarded-Proto')?.split(',')[0] === 'https'
  setCookie(c, name, id, { httpOnly: true, sameSite: 'Strict', path: '/', secure })
  return id
}
