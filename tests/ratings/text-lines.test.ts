import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines, withoutReturn } from '../../src/ratings/text-lines.ts'
import { inPieces } from './reading.ts'

async function numberedLines(bytes: Uint8Array, pieces: readonly number[] = [], latin1 = false) {
  const lines: [number, string][] = []
  for await (const block of readLines(inPieces(bytes, pieces), 'file'))
    lines.push(
      ...(latin1 ? block.asLatin1() : block).lines.map((line, index): [number, string] => [
        block.first + index,
        withoutReturn(line),
      ]),
    )
  return lines
}

test('lines and their numbers do not depend on how the bytes arrive', async () => {
  const lines = fc.array(
    fc.string({ unit: 'binary' }).map((line) => line.replace(/[\r\n\uFEFF]/g, '')),
    { minLength: 1 },
  )
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.array(fc.nat()),
      fc.constantFrom('\n', '\r\n', '\r'),
      async (texts, pieces, end) => {
        const text = texts.map((line) => line + end).join('')
        const expected = texts.map((line, index) => [index + 1, Buffer.from(line).toString()])
        expect(await numberedLines(Buffer.from(text), pieces)).toEqual(expected)
      },
    ),
  )
})

test('the last line needs no end, and a byte order mark is no part of the first', async () => {
  expect(await numberedLines(Buffer.from('\uFEFFa\r\nb'))).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
})

test('bytes that are no UTF-8 are Latin-1 where that is allowed', async () => {
  const latin1 = Buffer.from('Misérables\n', 'latin1')
  expect(await numberedLines(latin1, [], true)).toEqual([[1, 'Misérables']])
  expect(await numberedLines(latin1, [], false)).toEqual([[1, 'Mis\uFFFDrables']])
  expect(await numberedLines(Buffer.from('Misérables\n'), [], true)).toEqual([[1, 'Misérables']])
})

test('data without line ends is refused before it fills the memory', async () => {
  let given = 0
  async function* endless() {
    for (; given < 1000; given++) yield Buffer.alloc(1 << 20, 'x')
  }
  await expect(readLines(endless(), 'noise.bin').next()).rejects.toThrow(/noise\.bin, line 1: no end of line/)
  expect(given).toBeLessThan(20)
})
