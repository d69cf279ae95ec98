// The fast path for lines without quotes gives what the general parser gives.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdTable } from '../../src/ratings/id-table.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { readFile } from '../../src/ratings/read-file.ts'
import { flatten, inPieces } from './reading.ts'

async function read(text: string, pieces: readonly number[] = [], columns = {}) {
  const malformed = createMalformedLines(1000)
  const bytes = Buffer.from(text)
  const file = { name: 'file', bytes: bytes.length, open: () => inPieces(bytes, pieces) }
  const ratings = await flatten(readFile(file, ratingsFormats, { columns, malformed })).catch(
    (error: Error) => error.message,
  )
  return {
    ratings,
    malformed: malformed.lines.map(({ line, text: found, reason }) => ({ line, text: found, reason })),
  }
}

const id = fc.oneof(
  fc.nat(99).map(String),
  fc.nat(5_000_000).map(String),
  fc.constantFrom(
    'user',
    'item',
    'rating',
    'a',
    'A1',
    'é',
    '.',
    '..',
    '',
    ' 7',
    '7 ',
    '007',
    '0',
    '-1',
    '1e3',
    '\u00a0x',
    '\x7f',
    '\0',
    '123456789012345678901234567890',
    'x'.repeat(401),
    '\u{FFFD}',
  ),
)
const value = fc.oneof(
  fc.integer({ min: -10, max: 10 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
  fc.constantFrom(
    '4.5',
    '3.',
    '.5',
    '-.5',
    '-0',
    '.',
    '-',
    '',
    '+2',
    '1e2',
    '1E-2',
    '007',
    '1000000',
    '1000001',
    '-1000000.5',
    '0.1234567890123456789',
    '123456789012345.6',
    ' 4',
    '4 ',
    '1.2.3',
    '0x10',
    'x',
    'NaN',
  ),
)
const time = fc.oneof(
  fc.integer({ min: 0, max: 1_700_000_000 }).map(String),
  fc.integer({ min: 100_000_000_000, max: 1_700_000_000_000 }).map(String),
  fc.constantFrom(
    '',
    '0',
    '99999999999',
    '9999999999',
    '99999999999999999',
    '2020-01-02',
    '2020-01-02 03:04:05',
    '1.5',
    '1e9',
    '-1',
    '+1',
    ' 5',
    '5 ',
    'x',
    '00000000000001',
    '1112486027.25',
  ),
)
const line = fc.tuple(id, id, value, time).map((fields) => fields.join(','))
const odd = fc.constantFrom(
  '',
  ' ',
  'user,item,rating,time',
  'item,user,x',
  '1,2,3',
  '1,2,3,4,5',
  ',,,',
  'user,item,7,8',
  '1,2,3,4,',
)
const lines = fc.array(fc.oneof({ arbitrary: line, weight: 5 }, odd), { maxLength: 12 })
const end = fc.constantFrom('\n', '\r\n', '\r')

test('lines are read as in a block with quotes, which the fast path does not parse', async () => {
  await fc.assert(
    fc.asyncProperty(lines, end, fc.array(fc.nat(), { maxLength: 3 }), async (body, separator, pieces) => {
      const plain = ['user,item,rating,time', '1,2,3,4', ...body].join(separator)
      const quoted = `${plain}${separator}"q",q,1,1`
      const [fast, usual] = [await read(`${plain}${separator}q,q,1,1`, pieces), await read(quoted)]
      expect(fast).toEqual(usual)
    }),
    { numRuns: 400 },
  )
})

test('a field of a megabyte is a malformed id', async () => {
  const { ratings, malformed } = await read(`user,item,rating\n1,2,3\n${'x'.repeat(2 ** 20)},2,3\n`)
  expect(ratings).toEqual([{ userId: '1', itemId: '2', value: 3 }])
  expect(malformed).toMatchObject([{ line: 3, reason: 'the user id is longer than 400 characters' }])
})

test('a table without times or without values is read the same in both ways', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(id, id, value)), async (rows) => {
      for (const header of ['user,item,rating', 'item,user,other', 'other,item,user']) {
        const columns = header.includes('rating') ? {} : { implicit: true }
        const plain = [header, '1,2,3', ...rows.map((fields) => fields.join(','))].join('\n')
        expect(await read(`${plain}\nq,q,1`, [], columns)).toEqual(
          await read(`${plain}\n"q",q,1`, [], columns),
        )
      }
    }),
    { numRuns: 100 },
  )
})

test('numbers are the nearest to their decimals', async () => {
  const decimal = fc
    .tuple(fc.nat(999_999), fc.stringMatching(/^\d{0,9}$/))
    .map(([whole, part]) => `${whole}.${part}`)
  await fc.assert(
    fc.asyncProperty(fc.array(decimal, { minLength: 1 }), async (values) => {
      const text = ['user,item,rating', ...values.map((text) => `1,2,${text}`)].join('\n')
      const ratings = (await read(text)).ratings as Rating[]
      expect(ratings.map((rating) => rating.value)).toEqual(values.map(Number))
    }),
  )
})

test('each id has one number, and those that are excluded have none', () => {
  const { ids, ofNumber, ofText, of } = createIdTable((text) => text === 'user' || text === '13')
  const find = (text: string) => {
    const bytes = Buffer.from(`,${text},`)
    return ids[ofText(bytes, 1, bytes.length - 1, hashOf(text))] ?? ''
  }
  const texts = Array.from({ length: 20_000 }, (_, n) => `u${(n * 7919) % 20_000}`)
  expect(texts.map(find)).toEqual(texts)
  expect(texts.map(find)).toEqual(texts)
  expect(ids).toHaveLength(texts.length)
  expect([find('user'), find('..'), find('x'.repeat(401))]).toEqual(['', '', ''])
  const numbers = Array.from({ length: 5000 }, (_, n) => (n * 7919) % 4_000_000)
  for (const _ of [1, 2])
    expect(numbers.map((n) => ids[ofNumber(n)] ?? '')).toEqual(
      numbers.map((n) => (n === 13 ? '' : String(n))),
    )
  expect([of('é'), of('é')].map((n) => ids[n])).toEqual(['é', 'é'])
})

test('ids with the same hash are found, or left to the general parser', () => {
  const { ids, ofText } = createIdTable(() => false)
  const texts = Array.from({ length: 2 ** 10 }, (_, n) =>
    [...n.toString(2).padStart(10, '0')].map((bit) => (bit === '0' ? 'Aa' : 'BB')).join(''),
  )
  expect(new Set(texts.map(hashOf)).size).toBe(1)
  const found = texts.map((text) => ids[ofText(Buffer.from(text), 0, text.length, hashOf(text))] ?? '')
  expect(found.filter((text, n) => text !== '' && text !== texts[n])).toEqual([])
  expect(found.filter((text) => text !== '').length).toBeGreaterThan(40)
})

function hashOf(text: string): number {
  return [...Buffer.from(text)].reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0)
}
