// Every random draw in Palate comes from here: seeded, passed in, never global.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A seeded stream of random draws. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** A random order of 0 … size − 1. */
  permutation(size: number): Int32Array
}

/**
 * A stream of its own for every list of parts: `createRandom(seed, 'epoch', 3)` gives the same draws in every
 * process and is independent of `createRandom(seed, 'epoch', 4)`, so nothing but the seed must be stored to
 * resume.
 */
export function createRandom(...parts: readonly (number | string)[]): Random {
  const bits = xoroshiro128plus(fnv1a32(parts.join('\u001f')))
  const uniform = () => (bits.next() >>> 0) / 0x1_0000_0000
  const integer = (bound: number) => Math.floor(uniform() * bound)
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (size) => {
      const order = Int32Array.from({ length: size }, (_, index) => index)
      for (let last = size - 1; last > 0; last--) {
        const other = integer(last + 1)
        const kept = order[last]!
        order[last] = order[other]!
        order[other] = kept
      }
      return order
    },
  }
}

/** FNV-1a, 32 bit, over the UTF-8 bytes of `text`; an unsigned integer. http://www.isthe.com/chongo/tech/comp/fnv */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

const encoder = new TextEncoder()
