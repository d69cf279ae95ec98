// Whether a request may be answered: by its key, and by how many the key has made.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Environment } from '../environment.ts'
import { problem } from '../problem.ts'
import type { LiveApiKeys } from './live-api-keys.ts'
import { createRequestLimit } from './request-limit.ts'
import type { Scope } from './scopes.ts'

export interface AccessRules {
  readonly keys: Pick<LiveApiKeys, 'find'>
  /** What a key may make at this replica that has no number of its own. */
  readonly requestsPerMinute: number
}

/**
 * Lets a request through whose key has the scope that its route names, and not more of them than the key may make.
 * Routes that are `open` ask for no key; one without a scope takes `admin` alone.
 */
export function authorize(
  app: OpenAPIHono<Environment>,
  { keys, requestsPerMinute }: AccessRules,
): MiddlewareHandler<Environment> {
  const limit = createRequestLimit(requestsPerMinute)
  let scopes: ReadonlyMap<string, Scope | 'open'> | undefined
  return async (c, next) => {
    scopes ??= scopesOfRoutes(app)
    const scope = scopeOf(c, scopes)
    if (scope === 'open') return next()
    const secret = bearerToken(c.req.header('Authorization'))
    const key = secret === undefined ? undefined : keys.find(secret)
    if (key === undefined) return refuseStranger(c, secret)
    if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) return refuseScope(c, scope)
    const wait = await limit(key)
    if (wait > 0) return refuseForNow(c, wait)
    return next()
  }
}

function scopesOfRoutes(app: OpenAPIHono<Environment>): ReadonlyMap<string, Scope | 'open'> {
  return new Map(
    app.openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== 'route') return []
      const { method, path, security } = definition.route
      const needed = security?.length === 0 ? 'open' : (security?.[0]?.apiKey?.[0] as Scope | undefined)
      return [[`${method.toUpperCase()} ${path.replaceAll(/{(.+?)}/g, ':$1')}`, needed ?? 'admin']]
    }),
  )
}

function scopeOf(c: Context, scopes: ReadonlyMap<string, Scope | 'open'>): Scope | 'open' {
  const { method, path } = matchedRoutes(c).at(-1)!
  // What matches middleware alone is answered with 404.
  return method === 'ALL' ? 'open' : (scopes.get(`${method} ${path}`) ?? 'admin')
}

/** RFC 6750, and the scheme's name in any case. */
function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '')?.[1]
}

function refuseStranger(c: Context, secret: string | undefined): Response {
  c.header(
    'WWW-Authenticate',
    `Bearer realm="palate"${secret === undefined ? '' : ', error="invalid_token"'}`,
  )
  return problem(
    c,
    'unauthorized',
    secret === undefined
      ? 'Send a key that `npm run keys -- create` has made, as the header Authorization: Bearer <key>.'
      : 'There is no such key, or it was revoked or has expired; `npm run keys -- list` shows which there are.',
  )
}

function refuseScope(c: Context, scope: Scope): Response {
  c.header('WWW-Authenticate', `Bearer realm="palate", error="insufficient_scope", scope="${scope}"`)
  return problem(c, 'forbidden', `This takes a key with the scope ${scope}, which yours has not.`)
}

function refuseForNow(c: Context, seconds: number): Response {
  c.header('Retry-After', String(seconds))
  return problem(
    c,
    'too-many-requests',
    `This key has made all its requests of this minute; ask again in ${seconds} s.`,
  )
}
