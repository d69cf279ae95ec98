// Random ratings, written in every format as programs write them, are read back exactly, or a line is refused by name.
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMalformedLines, RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { readFile } from '../../src/ratings/read-file.ts'
import { areColumnNames } from '../../src/ratings/usual-columns.ts'
import { flatten, inPieces } from './reading.ts'

const files = 2000

interface Writing {
  readonly end: string
  readonly isMarked: boolean
  readonly isClosed: boolean
  readonly quotes: 'all' | 'needed'
  readonly isPacked: boolean
  readonly parts: number
  readonly pieces: readonly number[]
}

interface Written {
  readonly lines: readonly string[]
  readonly header?: string
  readonly columns?: ColumnOptions
}

type Format = (ratings: readonly Rating[], writing: Writing) => Written

const csv =
  (delimiter: string, header: string): Format =>
  (ratings, { quotes }) => {
    const needsQuotes = (text: string) => quotes === 'all' || text !== text.trim() || /["\r\n]/.test(text)
    const field = (text: string) =>
      needsQuotes(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
    const line = (fields: readonly string[]) => fields.map(field).join(delimiter)
    const rows = ratings.map(({ userId, itemId, value, time }) =>
      line([userId, itemId, String(value), String(time ?? '')]),
    )
    return { header: line(header.split(',')), lines: rows }
  }

/** An id that can be written without quotes. */
const plain = (id: string) => id.replaceAll(/[\s,]/g, '_').replaceAll(':', '.').replace(/^"/, "'")

const columnsInOrder =
  (delimiter: string, columns?: ColumnOptions): Format =>
  (ratings) => ({
    lines: ratings.map(({ userId, itemId, value, time }) =>
      [plain(userId), plain(itemId), value, time ?? ''].join(delimiter),
    ),
    ...(columns && { columns }),
  })

const numbers = { user: '1', item: '2', value: '3', time: '4' }

const formats: Readonly<Record<string, Format>> = {
  comma: csv(',', 'userId,movieId,rating,timestamp'),
  semicolon: csv(';', 'user_id,isbn,score,date'),
  bar: csv('|', 'user,item,stars,time'),
  tab: (ratings, writing) => csv('\t', 'user,item,rating,timestamp')(ratings, { ...writing, quotes: 'all' }),
  JSON: (ratings) => ({
    lines: ratings.map(({ userId, itemId, value, time }) =>
      JSON.stringify({ user: userId, item: itemId, rating: value, ...(time !== undefined && { time }) }),
    ),
  }),
  'double colons': columnsInOrder('::'),
  tabs: columnsInOrder('\t'),
  spaces: columnsInOrder(' '),
  numbered: columnsInOrder(',', numbers),
  lists: (ratings) => ({ lines: ratings.map(({ userId, itemId }) => `${plain(userId)} ${plain(itemId)}`) }),
}

const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    '7',
    '"',
    "'",
    ',',
    ';',
    '|',
    ' ',
    '\t',
    '\n',
    '\r',
    ':',
    '\\',
    'é',
    '😀',
    '\u00a0',
  ),
  minLength: 1,
  maxLength: 8,
})
const id = fc.oneof(text, fc.nat(99).map(String), fc.constantFrom('user', 'item', 'null', '.', '-1', '1e3'))
const rating = fc.record(
  {
    userId: id,
    itemId: id,
    value: fc.oneof(
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
    ),
    time: fc.integer({ min: 1e8, max: 1.6e9 }),
  },
  { requiredKeys: ['userId', 'itemId', 'value'] },
)
const writing = fc.record({
  end: fc.constantFrom('\n', '\r\n', '\r'),
  isMarked: fc.boolean(),
  isClosed: fc.boolean(),
  quotes: fc.constantFrom('all' as const, 'needed' as const),
  isPacked: fc.boolean(),
  parts: fc.integer({ min: 1, max: 3 }),
  pieces: fc.array(fc.nat(), { maxLength: 5 }),
})

/** A rating as far as a format can represent it. */
function representedIn(name: string, rating: Rating): Rating {
  if (name === 'lists') return { userId: plain(rating.userId), itemId: plain(rating.itemId), value: 1 }
  if (['comma', 'semicolon', 'bar', 'tab', 'JSON'].includes(name)) return rating
  return { ...rating, userId: plain(rating.userId), itemId: plain(rating.itemId) }
}

/** The bytes of a file of one or several parts, each with its header. */
function bytesOf({ lines, header }: Written, { end, isMarked, isClosed, isPacked, parts }: Writing): Buffer {
  const size = Math.ceil(lines.length / parts)
  const texts = Array.from({ length: parts }, (_, part) => {
    const isLast = part === parts - 1
    const own = [...(header === undefined ? [] : [header]), ...lines.slice(part * size, (part + 1) * size)]
    return (isMarked ? '\uFEFF' : '') + own.join(end) + (isClosed || !isLast ? end : '')
  })
  return Buffer.concat(texts.map((part) => (isPacked ? gzipSync(part) : Buffer.from(part))))
}

/** The bytes in pieces, with pauses in which others run, as a pipe has them. */
async function* paused(bytes: Uint8Array, pieces: readonly number[]) {
  for await (const piece of inPieces(bytes, pieces)) {
    await new Promise(setImmediate)
    yield piece
  }
}

test(`${files} files are read back exactly, or refused with the name of a line`, async () => {
  const counts = new Map<string, { read: number; refused: number }>()
  const content = fc.array(rating, { minLength: 1, maxLength: 12 })
  const anyFormat = fc.constantFrom(...Object.keys(formats))
  await fc.assert(
    fc.asyncProperty(anyFormat, content, writing, async (name, ratings, how) => {
      const written = formats[name]!(ratings, how)
      // a first line of two names of columns is a header to every reader
      const [{ userId, itemId }] = ratings as [Rating]
      fc.pre(written.header !== undefined || name === 'JSON' || !areColumnNames(userId, itemId))
      const bytes = bytesOf(written, how)
      const file = { name: 'fuzz', bytes: bytes.length, open: () => paused(bytes, how.pieces) }
      const malformed = createMalformedLines(0)
      const count = counts.get(name) ?? { read: 0, refused: 0 }
      counts.set(name, count)
      try {
        const read = await flatten(readFile(file, ratingsFormats, { columns: written.columns, malformed }))
        const expected = ratings.map((rating) => representedIn(name, rating))
        expect(read).toEqual(expected)
        count.read++
      } catch (error) {
        if (!(error instanceof RatingsInputError)) throw error
        expect(error.message).toMatch(/^fuzz(,| has| is|:)|\nfuzz, line \d+: /)
        count.refused++
      }
    }),
    { numRuns: files },
  )
  // what a format can represent is not refused
  for (const name of ['comma', 'semicolon', 'bar', 'tab', 'JSON'])
    expect(counts.get(name)!.read).toBeGreaterThan(50)
})
