import { createHash } from 'node:crypto'
import type { IdMap } from './id-map.ts'
import type { Interactions } from './interactions.ts'

/**
 * SHA-256, in hex, over the ids in order and the matrix: the same for the same ratings, whatever their source.
 */
export function fingerprint({ users, items, matrix }: Interactions): string {
  const hash = createHash('sha256')
  for (const ids of [users, items]) hash.update(encodeIds(ids))
  for (const { buffer, byteOffset, byteLength } of [matrix.offsets, matrix.indices, matrix.values])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

/** Unlike joined ids, JSON distinguishes ["a,b"] from ["a", "b"]. */
function encodeIds({ ids }: IdMap): string {
  return JSON.stringify(ids)
}
