import { createHash, randomBytes } from 'node:crypto'
import type { Scope } from './scopes.ts'

/** What is known of a key; the key itself is known only to whom it was given. */
export interface ApiKey {
  readonly id: number
  /** Whose it is. While somebody rotates there are two of a name. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** How many requests it may make in a minute at each replica; as many as the service lets all where null. */
  readonly requestsPerMinute: number | null
  readonly createdAt: Date
  /** From then on it opens nothing; null where it never expires. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** What somebody shall have who gets a key. */
export type KeyGrant = Pick<ApiKey, 'name' | 'scopes' | 'requestsPerMinute' | 'expiresAt'>

/** A key that was just made, with the only copy of the key itself. */
export interface IssuedKey {
  readonly key: ApiKey
  readonly secret: string
}

export interface ApiKeys {
  create(grant: KeyGrant): Promise<IssuedKey>
  /** All that ever were, newest first. */
  list(): Promise<ApiKey[]>
  /** Those that open something now, by the hash of their secret. */
  valid(): Promise<ReadonlyMap<string, ApiKey>>
  /**
   * A new key for whom the old one belongs to. The old one opens for another `overlapSeconds`, in which they change
   * over.
   *
   * @throws UnknownKeyError when there is none of this id that still opens something
   */
  rotate(id: number, overlapSeconds: number): Promise<IssuedKey>
  /** @throws UnknownKeyError when there is none of this id; revoking twice is no error. */
  revoke(id: number): Promise<ApiKey>
}

/** No key has this id, or it opens nothing any more. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError'
}

/** A new secret: 256 random bits after a word by which scanners of repositories find it. */
export function createSecret(): string {
  return `palate_${randomBytes(32).toString('base64url')}`
}

/**
 * SHA-256, in hex. A slow password hash would add nothing: it slows down the guessing of what people make up, and
 * nobody guesses 256 random bits. Looking a hash up tells nothing of the secret by the time it takes.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
