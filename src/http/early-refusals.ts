// Problems told to requests that do not reach the app.
import { type ProblemName, problemMessage } from './problem.ts'
import { commonHeaders } from './response-headers.ts'

export interface EarlyRefusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** With the headers that the app gives all its answers. */
export function refuseEarly(name: ProblemName, detail: string): EarlyRefusal {
  const requestId = crypto.randomUUID()
  const { status, headers, body } = problemMessage(name, { detail, requestId })
  const own = { 'X-Request-Id': requestId, 'Content-Length': String(Buffer.byteLength(body)) }
  return { status, headers: { ...commonHeaders, ...headers, ...own }, body }
}
