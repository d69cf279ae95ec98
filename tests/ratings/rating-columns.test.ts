// Which column is taken for what, and what is refused because it is not certain.
import { describe, expect, test } from 'vitest'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { type ReadAs, readFile } from '../../src/ratings/read-file.ts'
import { flatten } from './reading.ts'

async function read(text: string, columns: ColumnOptions = {}, maxMalformed = 0) {
  let as: ReadAs | undefined
  const file = {
    name: 'ratings',
    bytes: text.length,
    async *open() {
      yield Buffer.from(text)
    },
  }
  const malformed = createMalformedLines(maxMalformed)
  const onReadAs = (found: ReadAs) => {
    as = found
  }
  const pages = readFile(file, ratingsFormats, { columns, malformed, onReadAs })
  const ratings = await flatten(pages)
  return { ratings, columns: as!.columns, ignored: as!.ignored, malformed: malformed.lines }
}

const values = async (...args: Parameters<typeof read>) =>
  (await read(...args)).ratings.map(({ value }) => value)

describe('a table with column names', () => {
  test('states which columns were read and which were ignored', async () => {
    const { columns, ignored } = await read(
      'member_id,isbn,stars,comment,created at\n1,2,3,good,2020-01-02\n',
    )
    expect(columns).toEqual({ user: 'member_id', item: 'isbn', value: 'stars', time: 'created at' })
    expect(ignored).toEqual(['comment'])
  })

  test('finds a rating under a name of an export', async () => {
    expect(await values('user_id,book_id,my_rating\na,b,5\na,c,2\n')).toEqual([5, 2])
  })

  test('with numbers under a name that is not known is refused until an option settles it', async () => {
    const text = 'user,item,grade\na,b,5\na,c,2.5\n'
    await expect(read(text)).rejects.toThrow(
      /ratings: No column .* grade \(5, 2\.5\).*--value grade.*--implicit/,
    )
    expect(await values(text, { value: 'grade' })).toEqual([5, 2.5])
    expect(await read(text, { implicit: true })).toMatchObject({
      ratings: [{ value: 1 }, { value: 1 }],
      columns: { user: 'user', item: 'item' },
      ignored: ['grade'],
    })
  })

  test('needs no option for ids, texts, times and an index that are not read', async () => {
    const text = ',user,item,session id,note,seen\n0,a,b,17,fine,1600000000\n1,a,c,18,,1600000009\n'
    expect(await values(text)).toEqual([1, 1])
  })

  test('with times where ratings are expected is refused', async () => {
    const text = 'user,item,score\na,b,1600000000\na,c,1600000009\n'
    await expect(read(text)).rejects.toThrow(/column score look like times.*--time score --implicit/)
    expect((await read(text, { time: 'score', implicit: true })).ratings[0]).toEqual({
      userId: 'a',
      itemId: 'b',
      value: 1,
      time: 1600000000,
    })
  })

  test('with a column twice is refused', async () => {
    await expect(read('user,item,rating,rating\na,b,1,2\n')).rejects.toThrow('several columns rating')
  })

  test('is refused at a header with other columns, since all after it would be read wrongly', async () => {
    const first = 'user,item,rating\na,b,1\n'
    await expect(read(`${first}item,user,rating\nb,a,2\n`, {}, 9)).rejects.toThrow(
      /ratings, line 3: this is a header/,
    )
    await expect(read(`${first}item_id,user_id,score\nb,a,2\n`, {}, 9)).rejects.toThrow(
      /line 3: this is a header/,
    )
    await expect(read('user,item\na,b\nitem_id,user_id\nb,a\n', {}, 9)).rejects.toThrow(
      /line 3: this is a header/,
    )
  })

  test('keeps quotes within fields, and all quotes of a table with tabs that has no other', async () => {
    const ids = async (text: string) => (await read(text)).ratings.map(({ itemId }) => itemId)
    expect(await ids('user,item,rating\na,10" tile,1\nb,3" pipe,2\nc,x,3\n')).toEqual([
      '10" tile',
      '3" pipe',
      'x',
    ])
    expect(await ids('user\titem\trating\na\t"A" side\t1\nb\tB "side"\t2\nc\t"C"\t3\n')).toEqual([
      '"A" side',
      'B "side"',
      '"C"',
    ])
    expect(await ids('"user"\t"item"\t"rating"\n"a"\t"A ""side"""\t1\n"b"\tB\t2\n')).toEqual([
      'A "side"',
      'B',
    ])
  })
})

describe('a table without column names', () => {
  test('is read by the numbers of its columns', async () => {
    const { ratings, columns, ignored } = await read('x,"a, b",1600000000\nx,c,1600000009\n', {
      user: '1',
      item: '2',
      time: '3',
    })
    expect(ratings).toEqual([
      { userId: 'x', itemId: 'a, b', value: 1, time: 1600000000 },
      { userId: 'x', itemId: 'c', value: 1, time: 1600000009 },
    ])
    expect([columns, ignored]).toEqual([{ user: '1', item: '2', time: '3' }, []])
    const swapped = { user: '2', item: '1', value: '4' }
    expect((await read('a::x::9::1\nb::y::9::2\n', swapped)).ratings[1]).toEqual({
      userId: 'y',
      itemId: 'b',
      value: 2,
    })
  })

  test.each(['\t', ' ', '::'])(
    'separated by %j with times where ratings are expected is refused',
    async (by) => {
      const lines = ['a,b,1600000000', 'a,c,1600000009'].map((line) => line.replaceAll(',', by))
      await expect(read(lines.join('\n'))).rejects.toThrow(
        /Column 3 looks like times.*--user 1 --item 2 --time 3/,
      )
    },
  )

  test('with a fourth column that has no times is refused', async () => {
    const text = 'a\tb\t5\t2\na\tc\t4\t1\n'
    await expect(read(text)).rejects.toThrow(/Column 4 does not look like times/)
    expect(await values(text, { user: '1', item: '2', value: '3' })).toEqual([5, 4])
  })

  test('is refused where it has them', async () => {
    await expect(read('user,item\na,b\n', { user: '1', item: '2' })).rejects.toThrow(
      /line 1: this is a header/,
    )
  })
})

describe('a column of events', () => {
  const text = 'time,visitor_id,event,item_id\n1,a,view,x\n2,a,addtocart,x\n3,b,transaction,y\n'

  test('gives kinds by their usual names, with the weights of the service', async () => {
    const { ratings, columns } = await read(text)
    expect(ratings.map(({ kind, value }) => [kind, value])).toEqual([
      ['view', 3],
      ['cart', 3.5],
      ['purchase', 4],
    ])
    expect(columns.kind).toBe('event')
    const weights = { view: 0.1, cart: 0.5, purchase: 1 }
    expect(await values(text, { weights })).toEqual([0.1, 0.5, 1])
  })

  test('with a kind that is not known is refused until it is mapped', async () => {
    const rare = text.replace('addtocart', 'bookmark')
    await expect(read(rare)).rejects.toThrow(/no known kinds of events: bookmark.*--kinds bookmark=/)
    const kinds = { bookmark: { kind: 'save', weight: 3.2 } }
    expect((await read(rare, { kinds })).ratings[1]).toMatchObject({ kind: 'save', value: 3.2 })
    expect(await values(rare, { implicit: true })).toEqual([1, 1, 1])
    const unweighted = { bookmark: { kind: 'save' } }
    await expect(read(rare, { kinds: unweighted })).rejects.toThrow('--kinds bookmark=save:3.5')
  })

  test('may have values of its own beside the weights', async () => {
    const both = 'user,item,what,value\na,x,view,\na,y,rating,2\na,z,rating,\n'
    const { ratings, malformed } = await read(both, { kind: 'what', value: 'value' }, 1)
    expect(ratings.map(({ kind, value }) => [kind, value])).toEqual([
      ['view', 3],
      ['rating', 2],
    ])
    expect(malformed).toMatchObject([{ line: 4, reason: expect.stringContaining('needs a value') }])
  })

  test('is not used beside a column of ratings', async () => {
    const { ratings, ignored } = await read('user,item,action,rating\na,x,stream,2\n')
    expect(ratings).toEqual([{ userId: 'a', itemId: 'x', value: 2 }])
    expect(ignored).toEqual(['action'])
  })
})

describe('JSON lines', () => {
  const line = (n: number, more = {}) => JSON.stringify({ user: `u${n}`, item: `i${n}`, ...more })
  const lines = (count: number, more?: object) => Array.from({ length: count }, (_, n) => line(n, more))

  test('with ratings in some of the first lines are ratings, and a line without is malformed', async () => {
    const text = [...lines(30), ...lines(10, { stars: 4 })].join('\n')
    await expect(read(text)).rejects.toThrow('ratings, line 1: the value is missing')
    expect(await values(text, { implicit: true })).toHaveLength(40)
    expect(await values(text, {}, 30)).toEqual(new Array(10).fill(4))
  })

  test('with a field that appears later and changes how lines are read are refused', async () => {
    const late = (more: object) => [...lines(1500), line(1500, more)].join('\n')
    await expect(read(late({ rating: 2 }))).rejects.toThrow(/line 1501: the field "rating".*--value rating/)
    await expect(read(late({ event: 'view' }))).rejects.toThrow(/line 1501: the field "event".*--kind event/)
    await expect(read(late({ timestamp: 9 }))).rejects.toThrow(/line 1501: the field "timestamp".*--time/)
    expect(await values(late({ rating: 2 }), { implicit: true })).toHaveLength(1501)
    expect(
      (await read(late({ timestamp: 9 }), { time: 'timestamp' }).catch((error) => error)).message,
    ).toContain('Asked for: time = timestamp')
    expect(await values(late({ note: 'x' }))).toHaveLength(1501)
  })
})
