/**
 * Compares ids by their code points, which is the order of their UTF-8 bytes and of Postgres' collation "C".
 * JavaScript's own order of strings puts U+E000 to U+FFFF after the characters beyond.
 */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let n = 0; n < length; n++) {
    const difference = rank(a.charCodeAt(n)) - rank(b.charCodeAt(n))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A code unit's place when the halves of surrogate pairs come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
