import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRecord, readCsvRecords } from '../../src/ratings/csv-records.ts'
import type { LineBlock } from '../../src/ratings/text-lines.ts'
import { flatten } from './reading.ts'

/** The lines of `text` in blocks of `size`. */
async function* blocksOf(text: string, size: number): AsyncGenerator<LineBlock> {
  const lines = text.split('\n')
  for (let start = 0; start < lines.length; start += size)
    yield { first: start + 1, lines: lines.slice(start, start + size) }
}

const read = (text: string, size = 1000): Promise<CsvRecord[]> =>
  flatten(readCsvRecords(blocksOf(text, size), ','))

test('records are those of csv-parse, wherever blocks of lines end', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' b'), maxLength: 6 })
  const quote = (text: string) => (/[",\n ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 5 }), async (rows, size) => {
      const text = rows.map((row) => row.map(quote).join(',')).join('\n')
      const records = await read(text, size)
      expect(records.map(({ fields }) => fields)).toEqual(parse(text, { relax_column_count: true }))
      expect(records.map(({ fields }) => fields)).toEqual(rows)
    }),
  )
})

test('a record has the number of its first line and all of its text', async () => {
  const records = await read('a,b\n\n"c\n\nd",e\nf,g', 2)
  expect(records.map(({ line, text }) => [line, text])).toEqual([
    [1, 'a,b'],
    [3, '"c\n\nd",e'],
    [6, 'f,g'],
  ])
})

test('a malformed record leaves the others whole', async () => {
  const records = await read('"a",b\n"c"x,d\n"e",f')
  expect(records.map(({ fields }) => fields)).toEqual([['a', 'b'], 'the quotes are unbalanced', ['e', 'f']])
})

test('a quote that never closes costs its own line only', async () => {
  for (const [count, size] of [
    [250, 7],
    [250, 1000],
    [3, 1000],
    [0, 1],
  ] as const) {
    const rest = Array.from({ length: count }, (_, n) => `${n},x`)
    const records = await read(['a,b', '"c,d', ...rest].join('\n'), size)
    expect(records.map(({ fields }) => fields)).toEqual([
      ['a', 'b'],
      'the quotes are unbalanced',
      ...rest.map((line) => line.split(',')),
    ])
  }
})
