import { createHash, randomBytes } from 'node:crypto'
import type { Scope } from './scopes.ts'

/** An API key without its secret, of which only the hash is stored. */
export interface ApiKey {
  readonly id: number
  /** The owner. During a rotation two keys have the same name. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The request limit per minute, at each replica unless they count together; null for the service's default. */
  readonly requestsPerMinute: number | null
  readonly createdAt: Date
  /** Null for a key that never expires. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** The properties of a key to be created. */
export type KeyGrant = Pick<ApiKey, 'name' | 'scopes' | 'requestsPerMinute' | 'expiresAt'>

/** A new key with the only copy of its secret. */
export interface IssuedKey {
  readonly key: ApiKey
  readonly secret: string
}

export interface ApiKeys {
  create(grant: KeyGrant): Promise<IssuedKey>
  /** All keys, including expired and revoked ones; newest first. */
  list(): Promise<ApiKey[]>
  /** The keys valid now, by the hash of their secret. */
  valid(): Promise<ReadonlyMap<string, ApiKey>>
  /**
   * Creates a new key with the properties of an old one, which stays valid for another `overlapSeconds`.
   *
   * @throws UnknownKeyError when there is no valid key with this id
   */
  rotate(id: number, overlapSeconds: number): Promise<IssuedKey>
  /** @throws UnknownKeyError when there is no key with this id; revoking a revoked key is not an error. */
  revoke(id: number): Promise<ApiKey>
}

/** There is no key with this id, or it is no longer valid. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError'
}

/** A new secret: 256 random bits, with a prefix by which secret scanners recognize it. */
export function createSecret(): string {
  return `palate_${randomBytes(32).toString('base64url')}`
}

/**
 * SHA-256 in hex. A slow password hash protects passwords that can be guessed; 256 random bits cannot. Comparing
 * hashes instead of secrets leaks nothing through timing.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
