import { expect, test } from 'vitest'
import { fillNormal, fillUniform, philoxBlock, philoxKey } from '../../src/random/philox.ts'

// kat_vectors of Random123 1.14, https://github.com/DEShawResearch/random123
const published = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const

test.each(published)('gives the published words of counter $counter', ({ counter, key, words }) => {
  const out = new Uint32Array(4)
  philoxBlock(counter, key, out)
  expect([...out]).toEqual([...words])
})

test('takes uniform draws from the lowest 23 bits of each word, block by block', () => {
  const stream = { key: [3, 4], step: 7, stream: 2 } as const
  const draws = new Float32Array(6)
  fillUniform(draws, stream)
  const words = new Uint32Array(8)
  philoxBlock([0, 0, 7, 2], stream.key, words)
  philoxBlock([1, 0, 7, 2], stream.key, words.subarray(4))
  expect([...draws]).toEqual([...words.subarray(0, 6)].map((word) => (word & 0x7fffff) / 2 ** 23))
})

test('makes pairs of normal draws of pairs of uniform ones', () => {
  const stream = { key: [3, 4], step: 7, stream: 2 } as const
  const [uniform, normal] = [new Float32Array(6), new Float32Array(5)]
  fillUniform(uniform, stream)
  fillNormal(normal, stream)
  for (const [n, draw] of normal.entries()) {
    const [u, v] = [uniform[n - (n % 2)]!, uniform[n - (n % 2) + 1]!]
    const angle = 2 * Math.PI * v
    expect(draw).toBeCloseTo(
      Math.sqrt(-2 * Math.log(u)) * (n % 2 === 0 ? Math.sin(angle) : Math.cos(angle)),
      5,
    )
  }
})

test('draws uniformly and normally', () => {
  const size = 200_000
  const draws = new Float32Array(size)
  fillUniform(draws, { key: philoxKey(1), step: 0, stream: 0 })
  const tenths = new Array<number>(10).fill(0)
  for (const draw of draws) tenths[Math.floor(draw * 10)]! += 10 / size
  for (const share of tenths) expect(Math.abs(share - 1)).toBeLessThan(0.03)
  fillNormal(draws, { key: philoxKey(1), step: 0, stream: 0 })
  const moment = (power: number) => draws.reduce((sum, value) => sum + value ** power, 0) / size
  expect(Math.abs(moment(1))).toBeLessThan(0.01)
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02)
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1)
})

test('streams, steps and keys are independent', () => {
  const draw = (key: readonly [number, number], step: number, stream: number) => {
    const out = new Float32Array(1000)
    fillUniform(out, { key, step, stream })
    return out
  }
  const first = draw(philoxKey(1), 0, 0)
  for (const other of [draw(philoxKey(2), 0, 0), draw(philoxKey(1), 1, 0), draw(philoxKey(1), 0, 1)]) {
    const product = first.reduce((sum, value, n) => sum + (value - 0.5) * (other[n]! - 0.5), 0) / 1000
    expect(Math.abs(product)).toBeLessThan(0.01)
  }
})
