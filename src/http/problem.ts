// The errors of the HTTP interface as problem details (RFC 9457). This is the only file with status codes of errors.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Each problem by the last part of its `type`. */
const problems = {
  'invalid-request': { status: 400, title: 'The request is invalid' },
  'malformed-message': { status: 400, title: 'The request is not valid HTTP' },
  'malformed-body': { status: 400, title: 'The body is not valid JSON' },
  unauthorized: { status: 401, title: 'An API key is required' },
  forbidden: { status: 403, title: 'The API key lacks the required scope' },
  'foreign-form': { status: 403, title: 'The form belongs to another session' },
  'foreign-origin': { status: 403, title: 'The request comes from a page of another origin' },
  'unknown-host': { status: 403, title: 'The host name is unknown' },
  'unknown-model': { status: 404, title: 'There is no such model' },
  'unknown-item': { status: 404, title: 'The item is unknown' },
  'unknown-version': { status: 404, title: 'There is no such version' },
  'unknown-batch': { status: 404, title: 'There is no such batch of ratings' },
  'unknown-experiment': { status: 404, title: 'There is no such experiment' },
  'unknown-segments': { status: 404, title: 'The users were not segmented by the version' },
  'unknown-report': { status: 404, title: 'There is no such report' },
  'not-found': { status: 404, title: 'There is no such path' },
  'method-not-allowed': { status: 405, title: 'The path does not support the method' },
  'request-too-slow': { status: 408, title: 'The request was not received in time' },
  'experiment-conflict': {
    status: 409,
    title: 'The experiment conflicts with its status or another experiment',
  },
  'champion-changed': { status: 409, title: 'The champion was changed in the meantime' },
  'configured-default': { status: 409, title: 'The configuration names another default' },
  'unusable-artifact': { status: 409, title: 'The weights of the version cannot be used' },
  'batch-conflict': { status: 409, title: 'The status of the batch does not permit the change' },
  'rated-item': { status: 409, title: 'Users have rated the item' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be application/json, as it is or packed with gzip',
  },
  'unsupported-by-model': { status: 422, title: 'The model does not support the request' },
  'unknown-attribute': { status: 422, title: 'Too few items have, or lack, the value of the attribute' },
  'too-many-requests': { status: 429, title: 'The API key has reached its request limit' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  // Not received by a client; the status that nginx logs.
  'client-disconnected': { status: 499, title: 'The client disconnected' },
  'internal-error': { status: 500, title: 'The service failed' },
  'no-champion': { status: 503, title: 'No model has been trained yet' },
  'model-unavailable': { status: 503, title: 'The model is not loaded' },
  'index-not-ready': { status: 503, title: 'The index of users is being built' },
  'database-unavailable': { status: 503, title: 'The database is unavailable' },
  'artifacts-unavailable': { status: 503, title: 'The artifact store is unavailable' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  'timed-out': { status: 503, title: 'The time limit was reached' },
} as const

export type ProblemName = keyof typeof problems

/** A part of a request that is invalid. */
export interface InvalidPart {
  readonly in: 'path' | 'query' | 'body'
  /** A parameter's name, or a JSON pointer into the body. */
  readonly at: string
  readonly message: string
}

/** The response for a problem. `detail` says what is wrong and how to correct it. */
export function problem(
  c: Context,
  name: ProblemName,
  detail: string,
  errors?: readonly InvalidPart[],
): Response {
  const requestId: string = c.get('requestId')
  const { status, headers, body } = problemMessage(name, { detail, requestId, errors })
  return c.body(body, status as ContentfulStatusCode, headers)
}

/** The same for a request that does not reach the app. */
export function problemMessage(
  name: ProblemName,
  members: { detail: string; requestId: string; errors?: readonly InvalidPart[] | undefined },
) {
  const { status, title } = problems[name]
  const headers = { 'Content-Type': mediaType, ...(isRetryable(status) && { 'Retry-After': '1' }) }
  return { status, headers, body: JSON.stringify({ type: typeOf(name), title, status, ...members }) }
}

/** The status of a problem, for a page that explains it. */
export function statusOf(name: ProblemName): ContentfulStatusCode {
  return problems[name].status as ContentfulStatusCode
}

/** Whether the same request may succeed in a second. The response to a request limit has its own Retry-After. */
function isRetryable(status: number): boolean {
  return status === 503 || status === 408
}

/** The `responses` of a route: success with this body, and the listed problems with those that any route may have. */
export function respondsWith<T extends z.ZodType>(
  description: string,
  schema: T,
  ...names: readonly ProblemName[]
) {
  const success = { 200: { description, content: { 'application/json': { schema } } } }
  return { ...problemResponses([...names, ...problemsOfAnyRoute]), ...success } as typeof success
}

/** The entries of `responses` for problems, by status. Their schema is the component `Problem` of the document. */
export function problemResponses(names: readonly ProblemName[]) {
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

/** The problems of Hono's own exceptions: a body that is not JSON, a wrong media type, and the time limit. */
export function problemOfException({ status }: HTTPException): ProblemName {
  if (status === 400) return 'malformed-body'
  if (status === 415) return 'unsupported-media-type'
  return status === 504 ? 'timed-out' : 'internal-error'
}

const problemsOfAnyRoute: readonly ProblemName[] = ['invalid-request', 'database-unavailable', 'timed-out']
const mediaType = 'application/problem+json'

/** The `content` of a response that is a problem. */
export const problemContent = { [mediaType]: { schema: { $ref: '#/components/schemas/Problem' } } }

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: typeOf('invalid-request') }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ in: z.enum(['path', 'query', 'body']), at: z.string(), message: z.string() }))
      .max(20)
      .optional(),
  })
  .openapi('Problem')

function typeOf(name: ProblemName): string {
  return `urn:problem-type:palate:${name}`
}
