import type { Logger } from 'pino'
import type { Sql } from '../../db/database.ts'
import type { ApiKeys } from './api-keys.ts'
import type { AccessRules } from './authorize.ts'
import { LiveApiKeys } from './live-api-keys.ts'

export interface AccessOptions {
  /** The address that the service listens on. */
  readonly host: string
  /** By default keys are required, unless the host is a loopback address. */
  readonly apiKeys?: 'required' | 'off'
  /** The limit for keys without their own; by default none. */
  readonly requestsPerMinute?: number
  /** Where all replicas count together; by default each counts by itself. */
  readonly sharedCounts?: Sql
  readonly log: Logger
}

/** The access rules of the service; absent when it requires no keys. */
export interface Access {
  readonly rules?: AccessRules
  close(): void
}

/**
 * Loads and follows the keys if the service requires them.
 *
 * @throws Error when keys are required and there are none, with how to create one
 */
export async function openAccess(keys: ApiKeys, options: AccessOptions): Promise<Access> {
  const { host, requestsPerMinute = Number.POSITIVE_INFINITY, sharedCounts, log } = options
  const { apiKeys = isLoopback(host) ? 'off' : 'required' } = options
  if (apiKeys === 'off') {
    if (sharedCounts) log.warn('RATE_LIMIT_STORE has no effect: requests without keys are not limited')
    return { close: () => {} }
  }
  const live = new LiveApiKeys(keys, log)
  await live.refresh()
  if (live.count === 0)
    throw new Error(
      `The service requires API keys when it listens on ${host}, and there are none. Create one with\n` +
        '  npm run keys -- create --scope read --scope write --name shop\n' +
        'or set API_KEYS=off if a gateway in front of the service authorizes requests.',
    )
  live.follow(pollIntervalMs)
  return {
    rules: { keys: live, requestsPerMinute, ...(sharedCounts && { sharedCounts }) },
    close: () => live.close(),
  }
}

const pollIntervalMs = 1000

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
