// The only source of random draws: seeded, passed in, never global.
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { fnv1a32 } from './fnv1a32.ts'
import { scramble } from './scramble.ts'

/** A seeded stream of random draws. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number
  /** Standard normal, by Box and Muller. */
  normal(): number
  /** Uniform integer in [0, bound), for bounds far below 2³². */
  integer(bound: number): number
  /** A random order of 0 … size − 1, by Fisher and Yates. */
  permutation(size: number): Int32Array
}

/**
 * A separate stream for every list of parts: `createRandom(seed, 'epoch', 3)` gives the same draws in every process and
 * is independent of `createRandom(seed, 'epoch', 4)`, so that the seed alone is enough to resume.
 */
export function createRandom(...parts: readonly (number | string)[]): Random {
  const bits = xoroshiro128plusFromState(stateOf(parts.join('\u001f')))
  const uniform = () => (bits.next() >>> 0) / 0x1_0000_0000
  const integer = (bound: number) => Math.floor(uniform() * bound)
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (size) => {
      const order = new Int32Array(size)
      for (let index = 0; index < size; index++) order[index] = index
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

/**
 * 128 bits of state. Each word is hashed from a different start and then scrambled: FNV changes few bits when only the last
 * character changes, and the first draws of xoroshiro reveal its state.
 */
function stateOf(text: string): number[] {
  return [0, 1, 2, 3].map((word) => scramble(fnv1a32(text, fnv1a32(`word ${word}`))))
}
