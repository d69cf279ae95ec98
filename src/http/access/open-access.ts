import type { Logger } from 'pino'
import type { ApiKeys } from './api-keys.ts'
import type { AccessRules } from './authorize.ts'
import { LiveApiKeys } from './live-api-keys.ts'

export interface AccessOptions {
  /** Where the service will listen. */
  readonly host: string
  /** Whether a key is asked for; where left out, unless only this machine can reach the service. */
  readonly apiKeys?: 'required' | 'off'
  /** What a key may make at this replica that has no number of its own; as many as it likes where left out. */
  readonly requestsPerMinute?: number
  readonly log: Logger
}

/** Who may ask the service; no rules where it asks for no keys. */
export interface Access {
  readonly rules?: AccessRules
  close(): void
}

/**
 * Follows the keys where the service asks for them.
 *
 * @throws Error when it would ask for keys and there are none, saying how to mend it
 */
export async function openAccess(keys: ApiKeys, options: AccessOptions): Promise<Access> {
  const { host, requestsPerMinute = Number.POSITIVE_INFINITY, log } = options
  const { apiKeys = isLoopback(host) ? 'off' : 'required' } = options
  if (apiKeys === 'off') return { close: () => {} }
  const live = new LiveApiKeys(keys, log)
  await live.refresh()
  if (live.count === 0)
    throw new Error(
      `There is no API key yet, and the service asks for one where it listens on ${host}. Create one with\n` +
        '  npm run keys -- create --scope read --scope write --name shop\n' +
        'or set API_KEYS=off where something in front of the service lets nobody through who may not ask.',
    )
  live.follow(changesNoticedWithin)
  return { rules: { keys: live, requestsPerMinute }, close: () => live.close() }
}

const changesNoticedWithin = 1000 // milliseconds

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
