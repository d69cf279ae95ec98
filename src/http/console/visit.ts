// What a request for a page must have: a session, the token of its form, and the scope.
import type { Context, MiddlewareHandler } from 'hono'
import { readingForms } from '../../console/console.ts'
import { rootOf } from '../../console/link.tsx'
import { rejectRate } from '../access/authorize.ts'
import type { RequestLimit } from '../access/request-limit.ts'
import { type Sessions, tokenOf } from '../access/sessions.ts'
import { problem } from '../problem.ts'
import type { VisitedEnvironment } from './environment.ts'
import { sessionIdOf } from './session-cookie.ts'

/**
 * Names the visitor, whose requests count toward the limit of the key; without a session the sign-in page is shown.
 *
 * @param sessions absent where no keys are required: visitors may do everything
 */
export function identify(
  sessions: Sessions | undefined,
  limit: RequestLimit,
): MiddlewareHandler<VisitedEnvironment> {
  return async (c, next) => {
    const sessionId = sessionIdOf(c)
    c.set('sessionId', sessionId)
    const token = tokenOf(sessionId)
    if (sessions === undefined) {
      c.set('visitor', { name: 'console', isAdmin: true, isSignedIn: false, token })
      return next()
    }
    const key = await sessions.find(sessionId)
    if (key === undefined) return c.redirect(signInAddress(c), 303)
    c.set('visitor', { name: key.name, isAdmin: key.scopes.includes('admin'), isSignedIn: true, token })
    c.set('scopes', key.scopes)
    const waitSeconds = await limit.count(key)
    return waitSeconds > 0 ? rejectRate(c, waitSeconds) : next()
  }
}

/** The sign-in page, which returns to the requested page. A form that was sent is not sent again. */
function signInAddress(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  const to = c.req.method === 'GET' ? pathname.replace(/^\/console\/?/, '') + search : ''
  return `${rootOf(c.req.path)}sign-in${to === '' ? '' : `?${new URLSearchParams({ to })}`}`
}

/** Refuses a change without the token of this session. */
export const requireToken: MiddlewareHandler<VisitedEnvironment> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  return (await hasToken(c, c.get('sessionId'))) ? next() : rejectToken(c)
}

export async function hasToken(c: Context, sessionId: string): Promise<boolean> {
  const { token } = await c.req.parseBody()
  return token === tokenOf(sessionId)
}

export function rejectToken(c: Context): Response {
  return problem(
    c,
    'foreign-form',
    'The form does not belong to this session: go back, reload the page and send it again.',
  )
}

/** Reading requires the scope `read`, and so do the lists of a changed history; changes and `adminPages` require `admin`. */
export const requireScope: MiddlewareHandler<VisitedEnvironment> = async (c, next) => {
  const { isAdmin } = c.get('visitor')
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  const isReadingForm = readingForms.has(c.req.path.slice('/console/'.length))
  const needsAdmin = !(isRead || isReadingForm) || adminPages.test(c.req.path)
  if (isAdmin || (!needsAdmin && c.get('scopes')?.includes('read'))) return next()
  return problem(
    c,
    'forbidden',
    `This requires a key with the scope ${needsAdmin ? 'admin' : 'read'}: sign out, and sign in with another key.`,
  )
}

/** Reports show ratings of single users, and experiments name their testers. */
const adminPages = /^\/console\/(reports|experiments)(\/|$)/
