// The console below /console: who visits it, what they may do, and errors as pages.
import type { OpenAPIHono } from '@hono/zod-openapi'
import { type Context, type ErrorHandler, Hono, type MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { assets, stamp } from '../../console/assets.ts'
import { createConsole } from '../../console/console.ts'
import type { ConsoleDependencies } from '../../console/dependencies.ts'
import { renderFailure, renderMessage } from '../../console/layout.tsx'
import { rootOf } from '../../console/link.tsx'
import { isPartRequest } from '../../console/part.tsx'
import type { LiveApiKeys } from '../access/live-api-keys.ts'
import type { RequestLimit } from '../access/request-limit.ts'
import type { Sessions } from '../access/sessions.ts'
import type { Environment } from '../environment.ts'
import { problem } from '../problem.ts'
import type { VisitedEnvironment } from './environment.ts'
import { addSignIn } from './sign-in.ts'
import { identify, requireScope, requireToken } from './visit.ts'

interface Options {
  readonly console: ConsoleDependencies
  /** Absent where no keys are required. */
  readonly keys: Pick<LiveApiKeys, 'find'> | undefined
  readonly sessions: Sessions
  /** Of the keys, whether they are sent with requests or sign in. */
  readonly limit: RequestLimit
  /** Turns an error into a problem. */
  readonly onError: ErrorHandler<Environment>
}

/** Adds the pages, to which `/` redirects browsers. They are not part of the API, so the OpenAPI document omits them. */
export function addConsole(
  app: OpenAPIHono<Environment>,
  { console, keys, sessions, limit, onError }: Options,
): void {
  app.get('/', (c) => {
    c.header('Vary', 'Accept')
    return c.req.header('Accept')?.includes('text/html')
      ? c.redirect('console/overview')
      : problem(c, 'not-found', 'There is no route for GET at this path.')
  })
  const pages = new Hono<VisitedEnvironment>()
  pages.onError(onError as ErrorHandler)
  pages.use(problemsAsPages)
  pages.get('/static/:stamp/:name', (c) => {
    const asset = assets.get(c.req.param('name'))
    if (asset === undefined) return problem(c, 'not-found', 'The console has no file of this name.')
    // the address changes with the content; during an update another replica may serve the page
    c.header(
      'Cache-Control',
      c.req.param('stamp') === stamp ? 'public, max-age=31536000, immutable' : 'no-store',
    )
    return c.body(asset.text, 200, { 'Content-Type': asset.type })
  })
  pages.use(pageHeaders)
  if (keys) addSignIn(pages, keys, sessions)
  pages.use(identify(keys && sessions, limit), requireToken, requireScope)
  pages.get('/', (c) => c.redirect('console/overview'))
  pages.route('/', createConsole(console))
  app.get('/console/', (c) => c.redirect('overview'))
  app.route('/console', pages)
}

/** Everything comes from this service, and scripts and styles are files. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const pageHeaders: MiddlewareHandler<VisitedEnvironment> = (c, next) => {
  c.header('Content-Security-Policy', policy)
  // with no-referrer, browsers would send the forms of the pages with the origin null
  c.header('Referrer-Policy', 'same-origin')
  return next()
}

const problemsAsPages: MiddlewareHandler<VisitedEnvironment> = async (c, next) => {
  await next()
  if (c.res.headers.get('Content-Type')?.startsWith('application/problem+json'))
    c.res = await toPage(c, c.res)
}

async function toPage(c: Context<VisitedEnvironment>, response: Response): Promise<Response> {
  const { title, detail, requestId } = (await response.json()) as {
    title: string
    detail: string
    requestId: string
  }
  const visitor = c.get('visitor')
  const sentence = `${detail} (Request ${requestId})`
  const page = isPartRequest(c)
    ? renderFailure(sentence)
    : renderMessage({ title, root: rootOf(c.req.path), ...(visitor && { visitor }) }, sentence)
  return c.html(page, response.status as ContentfulStatusCode)
}
