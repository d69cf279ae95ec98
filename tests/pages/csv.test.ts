import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCsv } from '../../src/pages/csv.ts'

test('has the columns of all records, nested ones by path, lists by bars, times and nothing as text', () => {
  const records = [
    { itemId: 'a', attributes: { genres: ['X', 'Y'], year: 1995 }, at: new Date('2026-01-02T03:04:05Z') },
    { itemId: 'b', title: null, attributes: { hd: true }, pairs: [{ n: 1 }], at: undefined },
  ]
  expect(formatCsv(records)).toBe(
    'itemId,attributes.genres,attributes.year,at,title,attributes.hd,pairs\r\n' +
      'a,X|Y,1995,2026-01-02T03:04:05.000Z,,,\r\n' +
      'b,,,,,true,"[{""n"":1}]"\r\n',
  )
  expect(formatCsv([])).toBe('')
})

test('has the stated columns first, also without records', () => {
  expect(formatCsv([], ['itemId', 'title'])).toBe('itemId,title\r\n')
  expect(formatCsv([{ year: 1995, itemId: 'a' }], ['itemId', 'title'])).toBe(
    'itemId,title,year\r\na,,1995\r\n',
  )
})

test('puts an apostrophe before what a spreadsheet could take for a formula, and only there', () => {
  const text = '=HYPERLINK("x"),+1+1,-2+3,@SUM(A1),\tx,-5,+5.5,- 5,a=b,1-2'
  const cells = text.split(',').map((value) => ({ value }))
  expect(formatCsv(cells).split('\r\n').slice(1, -1)).toEqual([
    `"'=HYPERLINK(""x"")"`,
    ...["'+1+1", "'-2+3", "'@SUM(A1)", "'\tx", '-5', '+5.5', "'- 5", 'a=b', '1-2'],
  ])
  expect(formatCsv([{ value: -5e-7, '=name': ['=1', '2'] }])).toBe("value,'=name\r\n-5e-7,'=1|2\r\n")
})

test('is read back by another reader, whatever the texts contain', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('"', ',', '\r\n', '\n', ';'),
  )
  const safe = text.filter((value) => !/^[=+\-@\t\r]/.test(value))
  fc.assert(
    fc.property(fc.array(fc.record({ a: safe, b: safe }), { minLength: 1, maxLength: 5 }), (records) => {
      expect(parse(formatCsv(records), { columns: true, record_delimiter: '\r\n' })).toEqual(
        records.map((record) => ({ ...record })),
      )
    }),
  )
})
