import type { ApiKey, IssuedKey } from '../../src/http/access/api-keys.ts'
import { formatTable } from '../terminal/table.ts'

export interface PrintedKeys {
  readonly document: object
  readonly text: string
}

/** A key that was just made, with the secret, which is not shown again. */
export function describeIssued({ key, secret }: IssuedKey): PrintedKeys {
  const text = `Key ${key.id} for ${key.name} (${key.scopes.join(', ')}). Keep it now, it is not shown again:\n${secret}`
  return { document: { ...key, secret }, text }
}

export function describeKeys(keys: readonly ApiKey[]): PrintedKeys {
  if (keys.length === 0) return { document: { keys }, text: 'There is no key yet.' }
  const rows = keys.map((key) => [
    String(key.id),
    key.name,
    key.scopes.join(' '),
    key.requestsPerMinute === null ? '' : `${key.requestsPerMinute} / min`,
    formatDate(key.createdAt),
    stateOf(key),
  ])
  return {
    document: { keys },
    text: formatTable(['id', 'name', 'scopes', 'limit', 'created', 'state'], rows),
  }
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return `revoked ${formatDate(revokedAt)}`
  if (expiresAt === null) return 'valid'
  return `${expiresAt.getTime() > Date.now() ? 'valid until' : 'expired'} ${formatDate(expiresAt)}`
}

function formatDate(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ')
}
