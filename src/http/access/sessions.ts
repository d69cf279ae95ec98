import { createHash, randomBytes } from 'node:crypto'
import type { ApiKey } from './api-keys.ts'

/** Browsers that signed in with an API key. */
export interface Sessions {
  /** Starts a session of a key and returns its id, which is a secret. */
  start(keyId: number): Promise<string>
  /** The key of a session; undefined if the session has expired or ended, or the key is no longer valid. */
  find(id: string): Promise<ApiKey | undefined>
  /** Ends a session. */
  end(id: string): Promise<void>
}

/** The id of a session: 256 random bits. */
export function createSessionId(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * The token that a form sends along with the cookie of its session. A page of another site can make a browser send the
 * cookie, but it cannot read it, so it cannot derive the token.
 */
export function tokenOf(sessionId: string): string {
  return createHash('sha256').update(`token of ${sessionId}`).digest('base64url')
}
