import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Sql } from '../../db/database.ts'
import { ModelUnavailableError } from '../../recommender/live-champions.ts'
import type { Environment } from '../environment.ts'
import { problem } from '../problem.ts'
import type { LiveApiKeys } from './live-api-keys.ts'
import type { RequestLimit } from './request-limit.ts'
import type { Scope } from './scopes.ts'

export interface AccessRules {
  readonly keys: Pick<LiveApiKeys, 'find'>
  /** The limit for keys without their own. */
  readonly requestsPerMinute: number
  /** Where all replicas count together; by default each counts by itself. */
  readonly sharedCounts?: Sql
}

/**
 * Allows a request if its key has the scope of the route and has not reached its request limit. A request for a model
 * that is not loaded does not count. A route without `security` requires the scope `admin`.
 */
export function authorize(
  app: OpenAPIHono<Environment>,
  { keys }: Pick<AccessRules, 'keys'>,
  limit: RequestLimit,
): MiddlewareHandler<Environment> {
  let scopes: ReadonlyMap<string, Scope | 'none'> | undefined
  return async (c, next) => {
    scopes ??= scopesOfRoutes(app)
    const scope = scopeOf(c, scopes)
    if (scope === 'none') return next()
    const secret = bearerToken(c.req.header('Authorization'))
    const key = secret === undefined ? undefined : keys.find(secret)
    if (key === undefined) return rejectKey(c, secret)
    if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) return rejectScope(c, scope)
    const waitSeconds = await limit.count(key)
    if (waitSeconds > 0) return rejectRate(c, waitSeconds)
    await next()
    // The client is told to retry until the model is loaded.
    if (c.error instanceof ModelUnavailableError) await limit.uncount(key)
  }
}

function scopesOfRoutes(app: OpenAPIHono<Environment>): ReadonlyMap<string, Scope | 'none'> {
  return new Map(
    app.openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== 'route') return []
      const { method, path, security } = definition.route
      const scope = security?.length === 0 ? 'none' : (security?.[0]?.apiKey?.[0] as Scope | undefined)
      return [[`${method.toUpperCase()} ${path.replaceAll(/{(.+?)}/g, ':$1')}`, scope ?? 'admin']]
    }),
  )
}

function scopeOf(c: Context, scopes: ReadonlyMap<string, Scope | 'none'>): Scope | 'none' {
  const { method, path } = matchedRoutes(c).at(-1)!
  // A path that only matches middleware gets a 404 response.
  // The console requires a session instead.
  if (path === '/' || path.startsWith('/console/') || path === '/console') return 'none'
  return method === 'ALL' ? 'none' : (scopes.get(`${method} ${path}`) ?? 'admin')
}

/** RFC 6750, with the scheme in any letter case. */
function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '')?.[1]
}

function rejectKey(c: Context, secret: string | undefined): Response {
  c.header(
    'WWW-Authenticate',
    `Bearer realm="palate"${secret === undefined ? '' : ', error="invalid_token"'}`,
  )
  return problem(
    c,
    'unauthorized',
    secret === undefined
      ? 'Create a key with `npm run keys -- create` and send it as the header Authorization: Bearer <key>.'
      : 'The key is unknown, revoked or expired; `npm run keys -- list` shows the valid keys.',
  )
}

function rejectScope(c: Context, scope: Scope): Response {
  c.header('WWW-Authenticate', `Bearer realm="palate", error="insufficient_scope", scope="${scope}"`)
  return problem(c, 'forbidden', `This operation requires a key with the scope ${scope}.`)
}

export function rejectRate(c: Context, seconds: number): Response {
  c.header('Retry-After', String(seconds))
  return problem(c, 'too-many-requests', `This key has reached its request limit; retry in ${seconds} s.`)
}
