/**
 * FNV-1a, 32 bit, over the UTF-8 bytes of `text`; an unsigned integer. Hashing continues from `start`, so that
 * `fnv1a32(b, fnv1a32(a))` is `fnv1a32(a + b)`. http://www.isthe.com/chongo/tech/comp/fnv
 */
export function fnv1a32(text: string, start = offsetBasis): number {
  let hash = start
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n)
    if (code > lastAscii) return hashBytes(encoder.encode(text), start)
    hash = Math.imul(hash ^ code, prime)
  }
  return hash >>> 0
}

function hashBytes(bytes: Uint8Array, start: number): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, prime)
  return hash >>> 0
}

const offsetBasis = 0x811c9dc5
const prime = 0x01000193
const lastAscii = 0x7f
const encoder = new TextEncoder()
