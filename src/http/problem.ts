// Everything that can go wrong as the outside sees it: RFC 9457 problem details. No other file gives a status code.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Each problem by the last part of its `type`. */
const problems = {
  'invalid-request': { status: 400, title: 'The request is not as this route takes it' },
  'malformed-message': { status: 400, title: 'The request is not HTTP as it should be' },
  'malformed-body': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  'unknown-model': { status: 404, title: 'No such model' },
  'unknown-item': { status: 404, title: 'The model does not know the item' },
  'unknown-experiment': { status: 404, title: 'No such experiment' },
  'unknown-report': { status: 404, title: 'No such report' },
  'not-found': { status: 404, title: 'Nothing is at this address' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'request-too-slow': { status: 408, title: 'The request took too long to come in' },
  'experiment-conflict': { status: 409, title: 'The experiment does not go together with what is there' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'unsupported-by-model': { status: 422, title: 'This kind of model cannot answer that' },
  'too-many-requests': { status: 429, title: 'The API key has made too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  // as nginx logs it; nobody reads the answer
  abandoned: { status: 499, title: 'Whoever asked did not wait' },
  'internal-error': { status: 500, title: 'The service failed' },
  'no-champion': { status: 503, title: 'No model has been trained yet' },
  'model-unavailable': { status: 503, title: 'The model is not loaded' },
  'index-not-ready': { status: 503, title: 'The users are still being put in order' },
  'database-unavailable': { status: 503, title: 'The database is away' },
  overloaded: { status: 503, title: 'More is asked than can be answered in time' },
  'timed-out': { status: 503, title: 'The answer took too long' },
} as const

export type ProblemName = keyof typeof problems

/** Where in a request something was refused, and what would be taken there. */
export interface RefusedPart {
  readonly in: 'path' | 'query' | 'body'
  /** A parameter's name, or a JSON pointer into the body. */
  readonly at: string
  readonly message: string
}

/** The answer for a problem. `detail` says what is wrong here and how to mend it. */
export function problem(
  c: Context,
  name: ProblemName,
  detail: string,
  errors?: readonly RefusedPart[],
): Response {
  const requestId: string = c.get('requestId')
  const { status, headers, body } = problemMessage(name, { detail, requestId, errors })
  return c.body(body, status as ContentfulStatusCode, headers)
}

/** The same for a request that does not reach the app. */
export function problemMessage(
  name: ProblemName,
  said: { detail: string; requestId: string; errors?: readonly RefusedPart[] | undefined },
) {
  const { status, title } = problems[name]
  const headers = { 'Content-Type': mediaType, ...(mayBeRepeated(status) && { 'Retry-After': '1' }) }
  return { status, headers, body: JSON.stringify({ type: typeOf(name), title, status, ...said }) }
}

/** Whether the same request may be answered in a second; who asks too often is told when. */
function mayBeRepeated(status: number): boolean {
  return status === 503 || status === 408
}

/** The `responses` of a route: its one success with this body, and the problems it may answer with. */
export function answers<T extends z.ZodType>(
  description: string,
  schema: T,
  ...names: readonly ProblemName[]
) {
  const success = { 200: { description, content: { 'application/json': { schema } } } }
  return { ...describeProblems([...names, ...everywhere]), ...success } as typeof success
}

/** The `responses` entries for problems, by status. Their schema is the document's component `Problem`. */
export function describeProblems(names: readonly ProblemName[]) {
  const statuses = new Set(names.map((name) => problems[name].status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const titles = names
        .filter((name) => problems[name].status === status)
        .map((name) => problems[name].title)
      return [status, { description: titles.join('. Or: '), content: problemContent }]
    }),
  )
}

/** What Hono's own exceptions are: a body that is not JSON, one that does not say so, and its time limit. */
export function problemOfException({ status }: HTTPException): ProblemName {
  if (status === 400) return 'malformed-body'
  if (status === 415) return 'unsupported-media-type'
  return status === 504 ? 'timed-out' : 'internal-error'
}

const everywhere: readonly ProblemName[] = ['invalid-request', 'database-unavailable', 'timed-out']
const mediaType = 'application/problem+json'

/** The `content` of a response that is a problem. */
export const problemContent = { [mediaType]: { schema: { $ref: '#/components/schemas/Problem' } } }

export const problemDocument = z
  .object({
    type: z.string().openapi({ example: typeOf('invalid-request') }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ in: z.enum(['path', 'query', 'body']), at: z.string(), message: z.string() }))
      .optional(),
  })
  .openapi('Problem')

function typeOf(name: ProblemName): string {
  return `urn:problem-type:palate:${name}`
}
