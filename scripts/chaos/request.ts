import type { Ledger } from './ledger.ts'
import type { Outages } from './outages.ts'

export interface Service {
  readonly url: string
  readonly outages: Outages
  readonly ledger: Ledger
}

/** Longer than any pause; the service itself gives up earlier. */
const timeoutMs = 60_000

/**
 * The body of a response with status 200. Undefined if the service is unavailable: it responds with 503 and Retry-After,
 * or is down. Everything else is a violation.
 */
export async function request(
  { url, outages, ledger }: Service,
  path: string,
  body?: object,
): Promise<unknown> {
  const startedAt = performance.now()
  const { responses, violations } = ledger
  const what = `${body ? 'POST' : 'GET'} ${path}`
  try {
    const response = await fetch(`${url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (response.status === 200) {
      responses.ok++
      return JSON.parse(text)
    }
    if (response.status === 503 && response.headers.has('Retry-After')) responses.unavailable++
    else violations.push(`${what}: status ${response.status}, ${text.slice(0, 300)}`)
  } catch (error) {
    if (outages.since(startedAt)) responses.lost++
    else violations.push(`${what}: ${explain(error as Error)} while the service was up`)
  }
  return undefined
}

function explain({ message, cause }: Error): string {
  return cause instanceof Error ? `${message} (${cause.message})` : message
}
