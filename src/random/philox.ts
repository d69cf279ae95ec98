// Philox 4×32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011: any number of a stream is computed from its position alone, so every device gives the same draws.
import { fnv1a32 } from './fnv1a32.ts'
import { scramble } from './scramble.ts'

export type PhiloxKey = readonly [number, number]

/** A stream of draws: 2³² numbers for each key, step and number of the stream. */
export interface PhiloxStream {
  readonly key: PhiloxKey
  /** Third word of the counter. */
  readonly step: number
  /** Fourth word of the counter. */
  readonly stream: number
}

/** A key for each list of parts, as of `createRandom`. */
export function philoxKey(...parts: readonly (number | string)[]): PhiloxKey {
  const text = parts.join('\u001f')
  const word = (n: number) => scramble(fnv1a32(text, fnv1a32(`key ${n}`))) >>> 0
  return [word(0), word(1)]
}

/**
 * Fills `out` with uniform draws in [0, 1): number n is the lowest 23 bits of word n mod 4 of the block whose counter is
 * (⌊n / 4⌋, 0, step, stream), times 2⁻²³. Exact in 32-bit floats, so the same on every device; it is the rule of
 * TensorFlow's `StatelessRandomUniformV2`.
 */
export function fillUniform(out: Float32Array, stream: PhiloxStream): void {
  forEachWord(out.length, stream, (word, n) => {
    out[n] = uniformOf(word)
  })
}

/**
 * Fills `out` with standard normal draws by Box and Muller: with u and v the uniform numbers 2n and 2n + 1 of
 * `fillUniform`, numbers 2n and 2n + 1 are √(−2 ln max(u, 10⁻⁷)) times sin 2πv and cos 2πv. It is the rule of
 * TensorFlow's `StatelessRandomNormalV2`; devices agree up to the rounding of the functions.
 */
export function fillNormal(out: Float32Array, stream: PhiloxStream): void {
  let radius = 0
  forEachWord(out.length + (out.length & 1), stream, (word, n) => {
    const u = uniformOf(word)
    if ((n & 1) === 0) {
      radius = Math.sqrt(-2 * Math.log(Math.max(u, 1e-7)))
      return
    }
    out[n - 1] = radius * Math.sin(2 * Math.PI * u)
    // an odd number of draws loses the last one
    out[n] = radius * Math.cos(2 * Math.PI * u)
  })
}

/** The four words of one block, unsigned, written to the first places of `out`. */
export function philoxBlock(counter: ArrayLike<number>, key: PhiloxKey, out: Uint32Array): void {
  let [c0, c1, c2, c3] = [counter[0]! | 0, counter[1]! | 0, counter[2]! | 0, counter[3]! | 0]
  let [k0, k1] = [key[0] | 0, key[1] | 0]
  for (let round = 0; round < rounds; round++) {
    const high0 = highWord(multiplier0, c0)
    const low0 = Math.imul(multiplier0, c0)
    const high1 = highWord(multiplier1, c2)
    const low1 = Math.imul(multiplier1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

const rounds = 10
const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

function uniformOf(word: number): number {
  return (word & 0x7fffff) / 0x800000
}

function forEachWord(
  count: number,
  { key, step, stream }: PhiloxStream,
  visit: (word: number, n: number) => void,
): void {
  const words = new Uint32Array(4)
  const counter = Uint32Array.of(0, 0, step, stream)
  for (let n = 0; n < count; n++) {
    if ((n & 3) === 0) {
      counter[0] = n >>> 2
      philoxBlock(counter, key, words)
    }
    visit(words[n & 3]!, n)
  }
}

/** The upper 32 bits of the product of two unsigned words, by halves of 16 bits. */
function highWord(a: number, b: number): number {
  const [aLow, aHigh] = [a & 0xffff, a >>> 16]
  const [bLow, bHigh] = [b & 0xffff, b >>> 16]
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = (middle & 0xffff) + aLow * bHigh
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0
}
