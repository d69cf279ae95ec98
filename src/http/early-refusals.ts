// Problems told to requests that do not reach the app.
import { Hono } from 'hono'
import { type ProblemName, problemMessage } from './problem.ts'
import { neverStored, securityHeaders } from './response-headers.ts'

export interface EarlyRefusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type RefuseEarly = (name: ProblemName, detail: string) => EarlyRefusal

/** Gives refusals the headers that the app gives all its answers. */
export async function prepareEarlyRefusals(): Promise<RefuseEarly> {
  const app = new Hono().use(securityHeaders, neverStored).get('/', (c) => c.body(null))
  const common = Object.fromEntries((await app.request('/')).headers)
  return (name, detail) => {
    const requestId = crypto.randomUUID()
    const { status, headers, body } = problemMessage(name, { detail, requestId })
    const own = { 'X-Request-Id': requestId, 'Content-Length': String(Buffer.byteLength(body)) }
    return { status, headers: { ...common, ...headers, ...own }, body }
  }
}
