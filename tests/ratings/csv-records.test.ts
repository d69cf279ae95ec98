import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitRecord } from '../../src/ratings/csv-records.ts'
import { readTable } from '../../src/ratings/csv-table.ts'
import { LineBlock } from '../../src/ratings/text-lines.ts'
import { flatten } from './reading.ts'

/** The lines of `text` in blocks of `size`. */
async function* blocksOf(text: string, size: number): AsyncGenerator<LineBlock> {
  const lines = text.split('\n')
  for (let start = 0; start < lines.length; start += size)
    yield new LineBlock(start + 1, Buffer.from(lines.slice(start, start + size).join('\n')), '\n')
}

const comma = { delimiter: ',', isQuoted: true }

/** The rows of a table of two columns, and its malformed lines. */
async function read(text: string, size = 1000) {
  const malformed: [number, string, string][] = []
  const reader = readTable(comma, { width: 2, parse: (fields) => ({ fields }) })
  const rows = await flatten(
    reader(blocksOf(text, size), {
      file: 'table',
      malformed: (...[line, text, reason]) => void malformed.push([line, text, reason]),
      unrated: () => {},
    }),
  )
  return { rows: rows.map(({ fields }) => fields), malformed }
}

test('records are those of csv-parse, wherever blocks of lines end', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r', ' b', "'"), maxLength: 6 })
  const quote = (text: string) => (/[",\n\r ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 5 }), async (rows, size) => {
      const text = rows.map((row) => row.map(quote).join(',')).join('\n')
      expect((await read(text, size)).rows).toEqual(parse(text, { record_delimiter: '\n' }))
      expect(await read(text, size)).toEqual({ rows, malformed: [] })
    }),
  )
})

test.each([
  ['7" Edit,3', ['7" Edit', '3']],
  ['a"b"c,"d"', ['a"b"c', 'd']],
  [' "a" , "b, c"', ['a', 'b, c']],
  ['a,', ['a', '']],
  ['"",""', ['', '']],
])('%j has the fields %j', (text, fields) => {
  expect(splitRecord(text, comma)).toEqual({ fields })
})

test('without quoting a quote is a character', () => {
  const fields = ['"Weird" A', '"b"']
  expect(splitRecord('"Weird" A\t"b"', { delimiter: '\t', isQuoted: false })).toEqual({ fields })
})

test('a malformed record leaves the others whole', async () => {
  expect(await read('"a",b\n"c"x,d\n"e",f')).toEqual({
    rows: [
      ['a', 'b'],
      ['e', 'f'],
    ],
    malformed: [[2, '"c"x,d', 'the quotes are unbalanced']],
  })
})

test('a stray quote costs its own line only, wherever the next one is', async () => {
  for (const [count, size, next] of [
    [250, 7, 249],
    [250, 1000, 50],
    [3, 1000, 0],
    [3, 1000, 2],
    [0, 1, -1],
  ] as const) {
    const rest = Array.from({ length: count }, (_, n) => `${n === next ? '"' : ''}${n},x`)
    const { rows, malformed } = await read(['a,b', '"c,d', ...rest].join('\n'), size)
    const sound = rest.filter((line) => !line.startsWith('"'))
    expect(rows).toEqual([['a', 'b'], ...sound.map((line) => line.split(','))])
    expect(malformed.map(([line]) => line)).toEqual(next < 0 ? [2] : [2, 3 + next])
  }
})
