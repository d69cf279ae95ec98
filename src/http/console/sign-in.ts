import type { Context, Hono } from 'hono'
import { renderSignInPage } from '../../console/sign-in-page.tsx'
import type { LiveApiKeys } from '../access/live-api-keys.ts'
import { type Sessions, tokenOf } from '../access/sessions.ts'
import { statusOf } from '../problem.ts'
import type { VisitedEnvironment } from './environment.ts'
import { sessionIdOf, setSessionId } from './session-cookie.ts'
import { hasToken, rejectToken } from './visit.ts'

/** Starts a session with an API key, and ends it. */
export function addSignIn(
  pages: Hono<VisitedEnvironment>,
  keys: Pick<LiveApiKeys, 'find'>,
  sessions: Sessions,
): void {
  pages.get('/sign-in', (c) =>
    c.html(renderSignInPage({ token: tokenOf(sessionIdOf(c)), to: c.req.query('to') ?? '' })),
  )
  pages.post('/sign-in', async (c) => {
    if (!(await hasToken(c, sessionIdOf(c)))) return rejectToken(c)
    const { key: secret, to } = await c.req.parseBody()
    const key = typeof secret === 'string' ? keys.find(secret.trim()) : undefined
    if (key === undefined) return rejectKey(c, String(to ?? ''))
    // a new id, which only this browser knows
    setSessionId(c, await sessions.start(key.id))
    return c.redirect(safePage(to), 303)
  })
  pages.post('/sign-out', async (c) => {
    const sessionId = sessionIdOf(c)
    if (!(await hasToken(c, sessionId))) return rejectToken(c)
    await sessions.end(sessionId)
    return c.redirect('sign-in', 303)
  })
}

function rejectKey(c: Context<VisitedEnvironment>, to: string): Response | Promise<Response> {
  const page = renderSignInPage({
    token: tokenOf(sessionIdOf(c)),
    to,
    failure: 'The key is unknown, revoked or expired; npm run keys -- list shows the valid keys.',
  })
  return c.html(page, statusOf('unauthorized'))
}

/** A page of the console, never an address elsewhere. */
function safePage(to: unknown): string {
  return typeof to === 'string' && /^[a-z]+(\/[\w@%.~-]+)*(\?[\w@%.~&=+*-]*)?$/i.test(to) ? to : 'overview'
}
