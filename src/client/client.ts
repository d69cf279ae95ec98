// A client of the service for TypeScript, typed by the service's own OpenAPI document.
import createFetchClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './api.ts'

export type PalateClient = Client<paths>

/** What the service answers with where it does not do what was asked (RFC 9457). */
export type Problem = components['schemas']['Problem']

export interface ClientOptions {
  /** Where the service is, as in https://palate.internal:3000. */
  readonly baseUrl: string
  /** Needed wherever the service asks for keys. */
  readonly apiKey?: string
  /** In place of the global one. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * Asks the service at `baseUrl`:
 *
 * ```ts
 * const palate = createClient({ baseUrl: 'http://127.0.0.1:3000', apiKey })
 * const { data, error } = await palate.GET('/recommend/{userId}', {
 *   params: { path: { userId: '42' }, query: { k: 5 } },
 * })
 * ```
 *
 * Either `data` is there or `error`, a problem; what `fetch` throws where nobody answers is thrown.
 */
export function createClient({ baseUrl, apiKey, fetch }: ClientOptions): PalateClient {
  return createFetchClient<paths>({
    baseUrl,
    ...(apiKey !== undefined && { headers: { Authorization: `Bearer ${apiKey}` } }),
    ...(fetch && { fetch }),
  })
}
