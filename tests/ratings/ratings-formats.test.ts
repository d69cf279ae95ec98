// The contract of a ratings format: the same cases for each, and no text that two formats read differently.
import { describe, expect, test } from 'vitest'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { readFile } from '../../src/ratings/read-file.ts'
import { flatten, inPieces } from './reading.ts'

interface Case {
  /** Starts the name of the format that must claim the text. */
  readonly format: string
  readonly header?: string
  /** One rating as a line; without a time where `time` is undefined. */
  readonly line: (user: string, item: string, value: string, time?: string) => string
}

const separated = (separator: string) => (user: string, item: string, value: string, time?: string) =>
  [user, item, value, ...(time === undefined ? [] : [time])].join(separator)
const cases: Readonly<Record<string, Case>> = {
  'double colons': { format: 'MovieLens ratings.dat', line: separated('::') },
  'tabs without header': { format: 'MovieLens u.data', line: separated('\t') },
  'spaces without header': { format: 'Ratings, user item rating', line: separated(' ') },
  CSV: {
    format: 'CSV',
    header: 'userId,movieId,rating,timestamp',
    line: (u, i, v, t = '') => `${u},${i},${v},${t}`,
  },
  'quoted CSV': {
    format: 'CSV',
    header: '"timestamp","user_id","item_id","score"',
    line: (u, i, v, t = '') => `"${t}","${u}","${i}","${v}"`,
  },
  TSV: {
    format: 'CSV',
    header: 'user\titem\trating\ttime',
    line: (u, i, v, t = '') => `${u}\t${i}\t${v}\t${t}`,
  },
  'JSON lines': {
    format: 'JSON',
    line: (user, item, value, time) => {
      const number = value === '' || Number.isNaN(Number(value)) ? JSON.stringify(value) : value
      return `{"user":${JSON.stringify(user)},"item":${JSON.stringify(item)},"rating":${number}${time === undefined ? '' : `,"time":${time}`}}`
    },
  },
}

async function read(text: string | Uint8Array, { maxMalformed = 0, pieces = [] as number[] } = {}) {
  const malformed = createMalformedLines(maxMalformed)
  const bytes = Buffer.from(text)
  const file = { name: 'ratings', bytes: bytes.length, open: () => inPieces(bytes, pieces) }
  const ratings = await flatten(readFile(file, ratingsFormats, { malformed }))
  return { ratings, malformed: malformed.lines }
}

describe.each(Object.entries(cases))('%s', (_, { format, header, line }) => {
  const head = header === undefined ? [] : [header]
  const good = [
    line('1', '10', '3', '881250949'),
    line('1', '11', '4.5', '881250950'),
    line('2', '10', '1', '881250951'),
  ]
  const ratings = [
    { userId: '1', itemId: '10', value: 3, time: 881250949 },
    { userId: '1', itemId: '11', value: 4.5, time: 881250950 },
    { userId: '2', itemId: '10', value: 1, time: 881250951 },
  ]

  test('is recognized by its first lines, and by no other format', () => {
    const claims = ratingsFormats.filter(
      (candidate) => 'match' in candidate && candidate.match([...head, ...good], {}) !== undefined,
    )
    expect(claims[0]!.name).toMatch(new RegExp(`^${format}`))
  })

  test.each(['\n', '\r\n', '\r'])(
    'gives users, items, values and times with lines that end in %j',
    async (end) => {
      const text = [...head, ...good].join(end)
      expect(await read(text)).toEqual({ ratings, malformed: [] })
      expect((await read(text + end)).ratings).toEqual(ratings)
      expect((await read(`\uFEFF${text}`)).ratings).toEqual(ratings)
      expect((await read(text + end + end)).ratings).toEqual(ratings)
    },
  )

  test('gives the same however the bytes arrive', async () => {
    const text = [...head, ...good].join('\n')
    for (let end = 0; end <= text.length; end++)
      expect((await read(text, { pieces: [end] })).ratings).toEqual(ratings)
  })

  test('leaves the time out where there is none', async () => {
    const text = [...head, line('1', '10', '3'), line('2', '10', '4')].join('\n')
    expect((await read(text)).ratings).toEqual([
      { userId: '1', itemId: '10', value: 3 },
      { userId: '2', itemId: '10', value: 4 },
    ])
  })

  test('keeps ids of any script', async () => {
    const text = [...head, line('Жанна', '😀/é', '2', '5'), ...good].join('\n')
    for (const pieces of [[], [...Array(60).keys()]])
      expect((await read(text, { pieces })).ratings[0]).toEqual({
        userId: 'Жанна',
        itemId: '😀/é',
        value: 2,
        time: 5,
      })
  })

  test.each([
    ['user id is missing', '', '10', '3', '5'],
    ['item id is missing', '1', '', '3', '5'],
    ['user id is longer than 400', 'u'.repeat(401), '10', '3', '5'],
    ['value is not a number from -1000000 to 1000000', '1', '10', 'x', '5'],
    ['value is not a number from -1000000 to 1000000', '1', '10', '1e39', '5'],
    ['value is missing', '1', '10', '', '5'],
    ['user id is . or ..', '..', '10', '3', '5'],
    ['value is not a number', '1', '10', '-1000000.5', '5'],
    ['time is neither', '1', '10', '3', '99999999999999999'],
    ['a day from now', '1', '10', '3', String(Math.ceil(Date.now() / 1000) + 86_500)],
  ])('names the line and its text where the %s', async (reason, user, item, value, time) => {
    const bad = line(user, item, value, time)
    const text = [...head, good[0], bad, good[1], good[2]].join('\n')
    const { malformed, ratings: kept } = await read(text, { maxMalformed: 1 })
    expect(kept).toEqual(ratings)
    expect(malformed).toHaveLength(1)
    expect(malformed[0]).toMatchObject({
      file: 'ratings',
      line: head.length + 2,
      reason: expect.stringContaining(reason),
    })
    expect(bad.startsWith(malformed[0]!.text.replace('…', ''))).toBe(true)
    await expect(read(text)).rejects.toThrow(`ratings, line ${head.length + 2}: `)
  })

  test('reports bytes that are no UTF-8', async () => {
    const [before, after] = [[...head, ...good].join('\n'), line('1', '\u{FFFD}', '3', '5')]
    const text = Buffer.concat([
      Buffer.from(`${before}\n`),
      Buffer.from(after.replace('\u{FFFD}', '\x80'), 'latin1'),
    ])
    expect((await read(text, { maxMalformed: 1 })).malformed).toMatchObject([
      { line: head.length + 4, reason: 'the item id is not valid UTF-8' },
    ])
  })

  test('skips headers of concatenated parts', async () => {
    const part = `\uFEFF${[...head, ...good].join('\n')}\n`
    expect(await read(part + part)).toEqual({ ratings: [...ratings, ...ratings], malformed: [] })
  })

  test('reports a line of other shape', async () => {
    const { malformed, ratings: kept } = await read([...head, ...good, 'end of file'].join('\n'), {
      maxMalformed: 1,
    })
    expect(kept).toEqual(ratings)
    expect(malformed).toMatchObject([{ line: head.length + 4, text: 'end of file' }])
  })
})

describe('CSV', () => {
  test('without a column of values gives implicit ratings', async () => {
    expect((await read('user,product\n1,a\n2,b')).ratings).toEqual([
      { userId: '1', itemId: 'a', value: 1 },
      { userId: '2', itemId: 'b', value: 1 },
    ])
  })

  test('may hold delimiters, quotes and line ends in quoted ids', async () => {
    const { ratings } = await read('user;item;rating\n"a;""b""";"two\nlines";5\n1;2;3\n')
    expect(ratings).toEqual([
      { userId: 'a;"b"', itemId: 'two\nlines', value: 5 },
      { userId: '1', itemId: '2', value: 3 },
    ])
  })

  test('does not take a header of numbers-only columns for data, nor data for a header', async () => {
    await expect(read('1,31,2.5,1260759144\n1,1029,3.0,1260759179')).rejects.toThrow(
      /an unknown format\. Its first line is "1,31,2\.5,1260759144"[\s\S]*column names these are: 1, 31, 2\.5, 1260759144/,
    )
  })
})

describe('lists of items', () => {
  const lists = '0 13 7 51 \n1 7 9 12\n2\n3 51 8 9\n'

  test('contain every item of a line for its user', async () => {
    const { ratings } = await read(lists)
    expect(ratings.map(({ userId, itemId, value }) => `${userId} ${itemId} ${value}`)).toEqual([
      '0 13 1',
      '0 7 1',
      '0 51 1',
      '1 7 1',
      '1 9 1',
      '1 12 1',
      '3 51 1',
      '3 8 1',
      '3 9 1',
    ])
    expect(ratings[0]).toEqual({ userId: '0', itemId: '13', value: 1 })
  })

  test('may have one item in each line', async () => {
    expect((await read('0 13\n1 7\n')).ratings).toHaveLength(2)
  })

  test('are not taken for ratings, nor ratings for them', async () => {
    const values = async (text: string) => (await read(text)).ratings.map(({ value }) => value)
    expect(await values('0 13 5\n0 14 4\n1 13 2')).toEqual([5, 4, 2])
    expect(await values('7 13 5\n4 14 4\n9 13 2')).toEqual([5, 4, 2])
    await expect(values('7 13 5 1000000000\n4 14 4\n9 13 2')).rejects.toThrow('line 1: expected 3 fields')
    expect(await values('7 13 5 6\n4 14 4\n9 13 2 8')).toEqual(new Array(8).fill(1))
  })

  test('report a line without a sound id', async () => {
    const { ratings, malformed } = await read(`${lists}${'9'.repeat(401)} 1 2`, { maxMalformed: 1 })
    expect(ratings).toHaveLength(9)
    expect(malformed).toMatchObject([{ line: 5, reason: expect.stringContaining('user id is longer') }])
  })
})

describe('JSON lines', () => {
  test('take whole numbers as ids and ISO times', async () => {
    const line = '{"reviewerID":7,"asin":"B00","overall":5.0,"timestamp":"2020-02-03T04:05:06Z","text":"\\n"}'
    expect((await read(line)).ratings).toEqual([{ userId: '7', itemId: 'B00', value: 5, time: 1580702706 }])
  })

  test.each([
    ['{"user":1.5,"item":"a","rating":1}', 'user id is neither a string nor an integer'],
    ['{"user":12345678901234567890,"item":"a","rating":1}', 'user id is neither a string nor an integer'],
    ['{"user":"a","item":{"id":1},"rating":1}', 'item id is neither a string nor an integer'],
    ['{"user":"a","item":"b","rating":true}', 'value is not a number from -1000000 to 1000000'],
    ['{"user":"a","item":"b"}', 'value is missing'],
    ['{"user":"a\\u0000","item":"b","rating":1}', 'user id contains U+0000'],
    ['{"user":"a","item":"\\ud83d","rating":1}', 'item id is not valid UTF-8'],
    ['{"user":"a","item":"b","rating":1', 'not a JSON object'],
    ['7', 'not a JSON object'],
  ])('report %s', async (line, reason) => {
    const good = '{"user":"1","item":"2","rating":3}'
    expect((await read([good, good, line].join('\n'), { maxMalformed: 1 })).malformed).toMatchObject([
      { line: 3, reason: expect.stringContaining(reason) },
    ])
  })
})

test.each([
  ['prose', '# Palate\n\nRecommends.\n', /an unknown format\. Its first line is "# Palate"/],
  ['a JSON array', '[\n{"user":"1","item":"2"}\n]', /an unknown format/],
  ['a list of movies', '1::Toy Story (1995)::Comedy\n2::Jumanji (1995)::Adventure', /an unknown format/],
  ['nothing', '', /ratings is empty/],
  ['empty lines', '\n \n\n', /ratings is empty/],
  ['UTF-16', Buffer.from('\uFEFFuser,item\n1,2\n', 'utf16le'), /UTF-16; save it as UTF-8/],
])('%s is refused', async (_, text, reason) => {
  await expect(read(text)).rejects.toThrow(reason)
})
