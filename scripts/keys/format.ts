import type { ApiKey, IssuedKey } from '../../src/http/access/api-keys.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

/** A new key with its secret, which cannot be shown again. */
export function formatIssued({ key, secret }: IssuedKey): Result {
  const text = `Key ${key.id} for ${key.name} (${key.scopes.join(', ')}). Store it now, it is not shown again:\n${secret}`
  return { document: { ...key, secret }, text }
}

export function formatKeys(keys: readonly ApiKey[]): Result {
  if (keys.length === 0) return { document: { keys }, text: 'There are no keys yet.' }
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
