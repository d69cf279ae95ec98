// The consecutive pieces of a file in memory.
import { createHash } from 'node:crypto'

export function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
}

/** SHA-256 in hex. */
export function hashOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces)
    for (let start = 0; start < piece.length; start += maxHashedAtOnce)
      hash.update(piece.subarray(start, start + maxHashedAtOnce))
  return hash.digest('hex')
}

/** Node hashes less than 2 GiB at once. */
const maxHashedAtOnce = 2 ** 30
