/**
 * The finalizer of MurmurHash3: each bit of the input turns each bit of the output with probability ½. A signed
 * integer of 32 bits.
 */
export function scramble(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) | 0
}
