// A TypeScript client of the service, typed by its OpenAPI document.
import createFetchClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './api.ts'

/** Lists can also be requested as CSV, by plain `fetch`. */
export type PalateClient = Client<paths, `application/${string}`>

/** The body of an error response (RFC 9457). */
export type Problem = components['schemas']['Problem']

export interface ClientOptions {
  /** The URL of the service, such as https://palate.internal:3000. */
  readonly baseUrl: string
  /** Required if the service requires keys. */
  readonly apiKey?: string
  /** By default the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * Creates a client of the service at `baseUrl`:
 *
 * ```ts
 * const palate = createClient({ baseUrl: 'http://127.0.0.1:3000', apiKey })
 * const { data, error } = await palate.GET('/recommend/{userId}', {
 *   params: { path: { userId: '42' }, query: { k: 5 } },
 * })
 * ```
 *
 * A result has either `data` or `error`, which is a problem. Errors of `fetch` are thrown.
 */
export function createClient({ baseUrl, apiKey, fetch }: ClientOptions): PalateClient {
  return createFetchClient<paths, `application/${string}`>({
    baseUrl,
    ...(apiKey !== undefined && { headers: { Authorization: `Bearer ${apiKey}` } }),
    ...(fetch && { fetch }),
  })
}
