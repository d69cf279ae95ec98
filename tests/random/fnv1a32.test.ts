import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fnv1a32 } from '../../src/random/fnv1a32.ts'

describe('fnv1a32', () => {
  test.each([
    // From the FNV specification (draft-eastlake-fnv) and the authors' test suite.
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['fo', 0x6222e842],
    ['foo', 0xa9f37ed7],
    ['foobar', 0xbf9cf968],
    ['chongo was here!\n', 0xd49930d5],
    // Bytes of UTF-8, computed apart.
    ['müller', 0x52fa575c],
    ['日本', 0x9f26ee51],
    ['😀', 0x33a29608],
  ])('gives %j its published value', (text, hash) => {
    expect(fnv1a32(text)).toBe(hash)
  })

  test('continues from the hash of a prefix', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (a, b) => fnv1a32(b, fnv1a32(a)) === fnv1a32(a + b),
      ),
    )
  })
})
