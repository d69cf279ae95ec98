// The shapes in which data sets are published: each is written as its publisher does, recognized, and read back.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseObject } from '../../src/ratings/json-fields.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { type ReadAs, readFile } from '../../src/ratings/read-file.ts'
import { flatten, folderOf } from './reading.ts'

const textFormats = ratingsFormats.filter((format) => 'match' in format)

async function read(text: string | Uint8Array, columns: ColumnOptions = {}, maxMalformed = 0) {
  let as: ReadAs | undefined
  const bytes = Buffer.from(text)
  const file = {
    name: 'ratings.txt',
    bytes: bytes.length,
    async *open() {
      yield bytes
    },
  }
  const malformed = createMalformedLines(maxMalformed)
  const onReadAs = (found: ReadAs) => {
    as = found
  }
  const ratings = await flatten(readFile(file, ratingsFormats, { columns, malformed, onReadAs }))
  return { ratings, as: as!, malformed: malformed.lines }
}

const short = (ratings: readonly RatingEvent[]) =>
  ratings.map(({ userId, itemId, value, time }) => [
    userId,
    itemId,
    value,
    ...(time === undefined ? [] : [time]),
  ])

/** Asserts that one line more than is allowed stops the reading with its number. */
async function expectMalformed(text: string, line: number, reason: RegExp, columns?: ColumnOptions) {
  await expect(read(text, columns)).rejects.toThrow(`ratings.txt, line ${line}: `)
  const { malformed } = await read(text, columns, 1)
  expect(malformed).toMatchObject([{ line, reason: expect.stringMatching(reason) }])
}

interface Example {
  /** The id of the format. */
  readonly format: string
  readonly text: string
  readonly ratings: readonly (readonly (string | number)[])[]
}

const jokes = (rated: Readonly<Record<number, string>>) =>
  [Object.keys(rated).length, ...Array.from({ length: 100 }, (_, n) => rated[n + 1] ?? '99')].join(',')

const examples: Readonly<Record<string, Example>> = {
  'Amazon ratings of 2014, users first': {
    format: 'amazon',
    text: 'A2CX7LUOHB2NDG,0321732944,5.0,1341100800\nAKM1MP6P0OYPR,B00004TZ2V,1.0,1365811200\n',
    ratings: [
      ['A2CX7LUOHB2NDG', '0321732944', 5, 1341100800],
      ['AKM1MP6P0OYPR', 'B00004TZ2V', 1, 1365811200],
    ],
  },
  'Amazon ratings of 2018, items first': {
    format: 'amazon',
    text: '0321732944,A2CX7LUOHB2NDG,5.0,1341100800\nB00004TZ2V,AKM1MP6P0OYPR,1.0,1365811200\n',
    ratings: [
      ['A2CX7LUOHB2NDG', '0321732944', 5, 1341100800],
      ['AKM1MP6P0OYPR', 'B00004TZ2V', 1, 1365811200],
    ],
  },
  'Amazon reviews of 2014 and 2018': {
    format: 'jsonl',
    text: '{"overall": 5.0, "vote": "2", "verified": true, "reviewTime": "07 1, 2012", "reviewerID": "A2CX7LUOHB2NDG", "asin": "0321732944", "reviewerName": "M", "reviewText": "x", "summary": "y", "unixReviewTime": 1341100800}\n',
    ratings: [['A2CX7LUOHB2NDG', '0321732944', 5, 1341100800]],
  },
  'Amazon reviews of 2023, by the product and not its color': {
    format: 'jsonl',
    text: '{"rating": 4.0, "title": "t", "text": "x", "images": [], "asin": "B00YQ6X8EO", "parent_asin": "B00YQ6X8E1", "user_id": "AGKHLEW2SOWHNMFQIJGBECAF7INQ", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": true}\n',
    ratings: [['AGKHLEW2SOWHNMFQIJGBECAF7INQ', 'B00YQ6X8E1', 4, 1588687728.923]],
  },
  'Amazon ratings of 2023': {
    format: 'csv',
    text: 'user_id,parent_asin,rating,timestamp\nAGKASBHYZPGTEPO6LWZPVJWB2BVA,B006GBITXC,3.0,1452647382000\n',
    ratings: [['AGKASBHYZPGTEPO6LWZPVJWB2BVA', 'B006GBITXC', 3, 1452647382]],
  },
  'Netflix Prize': {
    format: 'netflix',
    text: '1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n1488844,4,1999-12-31\n',
    ratings: [
      ['1488844', '1', 3, Date.UTC(2005, 8, 6) / 1000],
      ['822109', '1', 5, Date.UTC(2005, 4, 13) / 1000],
      ['1488844', '2', 4, Date.UTC(1999, 11, 31) / 1000],
    ],
  },
  'HetRec Last.fm': {
    format: 'csv',
    text: 'userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n',
    ratings: [
      ['2', '51', 13883],
      ['2', '52', 11690],
    ],
  },
  'HetRec MovieLens': {
    format: 'csv',
    text: 'userID\tmovieID\trating\ttimestamp\n75\t3\t1\t1162160236000\n',
    ratings: [['75', '3', 1, 1162160236]],
  },
  'Book-Crossing': {
    format: 'book-crossing',
    text: '"User-ID";"ISBN";"Book-Rating"\n"276725";"034545104X";"0"\n"276726";"0155061224";"5"\n',
    ratings: [['276726', '0155061224', 5]],
  },
  'Goodreads table': {
    format: 'goodreads',
    text: 'user_id,book_id,is_read,rating,is_reviewed\n0,948,1,5,0\n0,947,0,0,0\n',
    ratings: [['0', '948', 5]],
  },
  'Goodreads JSON': {
    format: 'goodreads',
    text: '{"user_id": "8842281e", "book_id": "130580", "review_id": "r", "is_read": true, "rating": 4, "review_text_incomplete": "", "date_added": "Wed Mar 22 11:37:04 -0700 2017", "date_updated": "Wed Mar 22 11:37:04 -0700 2017", "read_at": "", "started_at": ""}\n{"user_id": "8842281e", "book_id": "7", "review_id": "s", "is_read": false, "rating": 0, "date_added": "Wed Mar 22 11:37:05 -0700 2017"}\n',
    ratings: [['8842281e', '130580', 4, Date.UTC(2017, 2, 22, 18, 37, 4) / 1000]],
  },
  Yelp: {
    format: 'jsonl',
    text: '{"review_id":"r","user_id":"mh_-eMZ6K5RLWhZyISBhwA","business_id":"XQfwVwDr-v0ZS3_CbbE5Xw","stars":3.0,"useful":0,"funny":0,"cool":0,"text":"x","date":"2018-07-07 22:09:11"}\n',
    ratings: [
      ['mh_-eMZ6K5RLWhZyISBhwA', 'XQfwVwDr-v0ZS3_CbbE5Xw', 3, Date.UTC(2018, 6, 7, 22, 9, 11) / 1000],
    ],
  },
  Retailrocket: {
    format: 'csv',
    text: 'timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n1433221999827,158090,addtocart,253185,\n1433222276276,599528,transaction,356475,4000\n',
    ratings: [
      ['257597', '355908', 3, 1433221332.117],
      ['158090', '253185', 3.5, 1433221999.827],
      ['599528', '356475', 4, 1433222276.276],
    ],
  },
  MIND: {
    format: 'mind',
    text: '1\tU13740\t11/11/2019 9:05:58 AM\tN55189 N42782\tN55689-1 N35729-0\n2\tU13740\t11/12/2019 12:30:00 PM\tN55189 N42782\tN20678-0 N8-1\n3\tU91836\t11/12/2019 12:00:01 AM\t\tN20678-0\n',
    ratings: [
      ['U13740', 'N55189', 1],
      ['U13740', 'N42782', 1],
      ['U13740', 'N55689', 1, Date.UTC(2019, 10, 11, 9, 5, 58) / 1000],
      ['U13740', 'N8', 1, Date.UTC(2019, 10, 12, 12, 30, 0) / 1000],
    ],
  },
  Jester: {
    format: 'jester',
    text: `${jokes({ 1: '-7.82', 2: '8.79', 100: '0' })}\n${jokes({ 50: '10' })}\n`,
    ratings: [
      ['ratings:1', '1', -7.82],
      ['ratings:1', '2', 8.79],
      ['ratings:1', '100', 0],
      ['ratings:2', '50', 10],
    ],
  },
  Steam: {
    format: 'steam',
    text: '151603712,"The Elder Scrolls V Skyrim",purchase,1.0,0\n151603712,"The Elder Scrolls V Skyrim",play,273.0,0\n151603712,"Tom Clancy, Vol. 2",play,0.5,0\n',
    ratings: [
      ['151603712', 'The Elder Scrolls V Skyrim', 273],
      ['151603712', 'Tom Clancy, Vol. 2', 0.5],
    ],
  },
}

const steamReviews = String.raw`{u'username': u'Ann "A" O\'Hara', u'hours': 0.1, u'product_id': u'725280', u'date': u'2017-12-17', u'text': u'It\'s "good" caf\xe9 \u2665 \U0001f600\nTrue: False, None', u'early_access': False, u'tags': [u'a', None]}
{'username': "D'Arc", 'hours': 51, 'product_id': 328100, 'date': '2018-01-02', 'text': "it's", 'early_access': True}
`

test('Steam reviews, which are dictionaries of Python, are read by the value that an option names', async () => {
  await expect(read(steamReviews)).rejects.toThrow('--value')
  const { ratings } = await read(steamReviews, { value: 'hours' })
  expect(short(ratings)).toEqual([
    [`Ann "A" O'Hara`, '725280', 0.1, Date.UTC(2017, 11, 17) / 1000],
    [`D'Arc`, '328100', 51, Date.UTC(2018, 0, 2) / 1000],
  ])
  const cut = `${steamReviews}{'username': 'x', 'hours': 1, 'product_id': (1, 2)}\n`
  await expectMalformed(cut, 3, /not a JSON object/, { value: 'hours' })
})

test('the texts of a dictionary of Python are those that Python printed', () => {
  const texts = steamReviews.split('\n').flatMap((line) => parseObject(line)?.text ?? [])
  expect(texts).toEqual([`It's "good" café ♥ 😀\nTrue: False, None`, "it's"])
  expect(parseObject(`{"a": 'b'}`)).toBeUndefined()
  expect(parseObject(`{'a': 'b`)).toBeUndefined()
})

describe('items', () => {
  test('of the Netflix Prize and of MIND are read from their folders', async () => {
    const titles = Buffer.from(
      '1,2003,Dinosaur Planet\n72,1974,At Home, Among Others\n4388,NULL,Ancient Civilizations: Caf\xe9\n',
      'latin1',
    )
    const netflix = await folderOf({
      'combined_data_1.txt': examples['Netflix Prize']!.text,
      'movie_titles.csv': titles,
    })
    expect(await flatten((await openRatingsSource(netflix)).items())).toEqual([
      { id: '1', title: 'Dinosaur Planet', attributes: { year: 2003 } },
      { id: '72', title: 'At Home, Among Others', attributes: { year: 1974 } },
      { id: '4388', title: 'Ancient Civilizations: Café', attributes: {} },
    ])
    const news =
      'N1\tlifestyle\tlifestyleroyals\tThe "Brands", by Ann\tShop\thttps://a/b.html\t[{"Label": "X"}]\t[]\n' +
      'N2\tnews\t\tRain\t\thttps://a/c.html\t[]\t\n'
    const mind = await folderOf({ 'behaviors.tsv': examples.MIND!.text, 'news.tsv': news })
    expect(await flatten((await openRatingsSource(mind)).items())).toEqual([
      {
        id: 'N1',
        title: 'The "Brands", by Ann',
        attributes: { category: 'lifestyle', subcategory: 'lifestyleroyals' },
      },
      { id: 'N2', title: 'Rain', attributes: { category: 'news' } },
    ])
  })
})

describe.each(Object.entries(examples))('%s', (_, { format, text, ratings }) => {
  const named = textFormats.filter(({ id }) => id === format)

  test('is recognized and read', async () => {
    const { ratings: found, as } = await read(text)
    expect(short(found)).toEqual(ratings)
    expect(named.map(({ name }) => name)).toContain(as.format)
  })

  test('is read by its name, and refused under the name of another format', async () => {
    expect(short((await read(text, { format })).ratings)).toEqual(ratings)
    const other = format === 'netflix' ? 'mind' : 'netflix'
    await expect(read(text, { format: other })).rejects.toThrow(`is not in the format ${other}`)
  })

  test('is no other data set', () => {
    const head = text.trimEnd().split('\n')
    const general = ['csv', 'jsonl', 'table', 'lists', 'spaces', 'movielens-1m', 'movielens-100k']
    const claims = textFormats.filter(
      ({ id, match }) => !general.includes(id) && match(head, {}) !== undefined,
    )
    expect(claims.map(({ id }) => id)).toEqual(general.includes(format) ? [] : [format])
  })

  test('gives the same with other line ends, and packed', async () => {
    for (const variant of [text.replaceAll('\n', '\r\n'), `\uFEFF${text}`, text.trimEnd(), gzipSync(text)])
      expect(short((await read(variant)).ratings)).toEqual(ratings)
  })
})

test('an unknown format is refused', async () => {
  await expect(read('user,item\n1,2\n', { format: 'xls' })).rejects.toThrow('There is no format xls')
})

test('tables that only resemble a data set stay what they are', async () => {
  // a rating of 0 is a rating
  expect(short((await read('user_id,book_id,rating\n1,2,0\n')).ratings)).toEqual([['1', '2', 0]])
  // few columns of numbers are no matrix of jokes
  await expect(read('2,5,4\n3,1,1\n')).rejects.toThrow('unknown format')
  expect(short((await read('2\t5\t4\n3\t1\t1\n')).ratings)).toHaveLength(2)
  // a colon alone makes no movie
  await expect(read('ratings:\n1,2,2005-09-06\n')).rejects.toThrow('unknown format')
  // named columns make any of them a table
  const { text } = examples['Book-Crossing']!
  const columns = { user: 'User-ID', item: 'ISBN', value: 'Book-Rating' }
  expect(short((await read(text, columns)).ratings)).toHaveLength(2)
  const amazon = { user: '1', item: '2', value: '3', time: '4' }
  expect((await read(examples['Amazon ratings of 2018, items first']!.text, amazon)).ratings[0]!.userId).toBe(
    '0321732944',
  )
})

describe('rows without a rating', () => {
  test.each([
    ['Book-Crossing', 1, 2],
    ['Goodreads table', 1, 2],
    ['Goodreads JSON', 1, 2],
    ['Steam', 1, 3],
  ] as const)('of %s are counted, or read as implicit feedback', async (name, unrated, all) => {
    const { text } = examples[name]!
    expect((await read(text)).as.unrated!.count).toBe(unrated)
    const { ratings, as } = await read(text, { implicit: true })
    expect(ratings.map(({ value }) => value)).toEqual(new Array(all).fill(1))
    expect(as.unrated).toBeUndefined()
    expect(as.columns).not.toHaveProperty('value')
  })

  test('of MIND and Jester are counted', async () => {
    expect((await read(examples.MIND!.text)).as.unrated!.count).toBe(3)
    expect((await read(examples.Jester!.text)).as.unrated!.count).toBe(196)
  })
})

describe('malformed lines are named', () => {
  test('of Amazon', async () => {
    const { text } = examples['Amazon ratings of 2018, items first']!
    await expectMalformed(`${text}B00004TZ2V,A2CX7LUOHB2NDG,five,1341100800\n`, 3, /value is not a number/)
    await expectMalformed(`${text}B00004TZ2V,A2CX7LUOHB2NDG,5.0\n`, 3, /expected 4 fields, found 3/)
  })

  test('of Netflix, and a line that is no rating stops the reading', async () => {
    const { text } = examples['Netflix Prize']!
    await expectMalformed(`${text}7,x,2005-01-01\n`, 6, /value is not a number/)
    await expectMalformed(`${text}7,3,2005-02-30\n`, 6, /time is neither/)
    await expectMalformed(`${text}:\n7,3,2005-02-20\n`, 7, /item id is missing/)
    await expectMalformed(`${text}7,3,2005-02-20:\n`, 6, /time is neither/)
    await expect(read(`${text}3\n7,3,2005-02-20\n`, {}, 9)).rejects.toThrow(
      /line 6: neither a movie such as 17:/,
    )
  })

  test('of Book-Crossing, whose ids may be in Latin-1', async () => {
    const { text } = examples['Book-Crossing']!
    await expectMalformed(`${text}"1";"2";"ten"\n`, 4, /value is not a number/)
    const latin1 = Buffer.from(`${text}"1";"ISBN é";"7"\n`, 'latin1')
    expect((await read(latin1)).ratings.at(-1)!.itemId).toBe('ISBN é')
  })

  test('of Goodreads', async () => {
    const { text } = examples['Goodreads JSON']!
    await expectMalformed(`${text}{"user_id": "a", "book_id": "b"}\n`, 3, /value is missing/)
    await expectMalformed(`${text}{"user_id": "a", "rating": 3}\n`, 3, /item id is missing/)
    await expectMalformed(
      `${text}{"user_id": "a", "book_id": "b", "rating": 3, "date_added": "yesterday"}\n`,
      3,
      /time is neither/,
    )
    await expectMalformed(`${text}x\n`, 3, /not a JSON object/)
  })

  test('of MIND', async () => {
    const { text } = examples.MIND!
    await expectMalformed(
      `${text}4\tU1\t11/12/2019 12:00:01 AM\tN1\tN2\n`,
      4,
      /"N2" does not end in -0 or -1/,
    )
    for (const time of ['yesterday', '2/30/2019 9:05:58 AM', '13/1/2019 9:05:58 AM', '1/1/2019 13:05:58 AM'])
      await expectMalformed(`${text}4\tU1\t${time}\tN1\tN2-1\n`, 4, /time is neither/)
    await expectMalformed(`${text}4\tU1\t11/12/2019 12:00:01 AM\tN1\n`, 4, /expected 5 fields, found 4/)
  })

  test('of Jester', async () => {
    const { text } = examples.Jester!
    await expectMalformed(
      `${text}${jokes({ 1: '3' }).replace(/^1/, '2')}\n`,
      3,
      /first field is 2, but the number of rated jokes is 1/,
    )
    await expectMalformed(`${text}${jokes({ 1: '11' })}\n`, 3, /rating of joke 1 is not a number from -10/)
    await expectMalformed(`${text}1,2,3\n`, 3, /expected 101 fields, found 3/)
  })

  test('of Steam', async () => {
    await expectMalformed(`${examples.Steam!.text}1,x,sold,1.0,0\n`, 4, /neither purchase nor play/)
  })
})

test('a history of MIND is read again where it has changed', async () => {
  const line = (history: string) => `1\tU1\t11/11/2019 9:05:58 AM\t${history}\tN9-0`
  const { ratings } = await read([line('N1'), line('N1'), line('N1 N2')].join('\n'))
  expect(ratings.map(({ itemId }) => itemId)).toEqual(['N1', 'N1', 'N2'])
})

test('ratings written as Netflix does are read back', async () => {
  const day = fc.integer({ min: 10_000, max: 13_000 })
  const rating = fc.record({
    user: fc.integer({ min: 1, max: 2_649_429 }),
    stars: fc.integer({ min: 1, max: 5 }),
    day,
  })
  const movies = fc.array(fc.array(rating, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(movies, async (ratingsOfMovies) => {
      const dateOf = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10)
      const lines = ratingsOfMovies.flatMap((ratings, movie) => [
        `${movie + 1}:`,
        ...ratings.map(({ user, stars, day: days }) => `${user},${stars},${dateOf(days)}`),
      ])
      const expected = ratingsOfMovies.flatMap((ratings, movie) =>
        ratings.map(({ user, stars, day: days }) => [`${user}`, `${movie + 1}`, stars, days * 86_400]),
      )
      expect(short((await read(lines.join('\n'))).ratings)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

describe('a data set in several files', () => {
  const open = async (files: Readonly<Record<string, string>>, columns?: ColumnOptions) => {
    const progress: number[] = []
    const source = await openRatingsSource(await folderOf(files), {
      ...(columns && { columns }),
      onBytes: (bytes) => progress.push(bytes),
    })
    return { source, ratings: await flatten(source.ratings()), progress }
  }

  test('is read in the order of its numbers, as one', async () => {
    const files = {
      'combined_data_10.txt': '3:\n7,1,2005-01-01\n',
      'combined_data_2.txt': '2:\n7,2,2005-01-01\n',
      'combined_data_1.txt': '1:\n7,3,2005-01-01\n',
      'probe.txt': '1:\n7\n',
    }
    const { source, ratings, progress } = await open(files)
    expect(ratings.map(({ itemId }) => itemId)).toEqual(['1', '2', '3'])
    expect(source.name).toBe('combined_data_1.txt and 2 more')
    expect(source.readAs).toHaveLength(1)
    expect(source.unused).toEqual(['probe.txt'])
    expect([source.bytes, progress.at(-1)]).toEqual([54, 54])
  })

  test('keeps users of different matrices apart, and counts the rows without a rating of all', async () => {
    const matrix = `${jokes({ 1: '3' })}\n`
    const { source, ratings } = await open({ 'jester-data-1.csv': matrix, 'jester-data-2.csv': matrix })
    expect(ratings.map(({ userId }) => userId)).toEqual(['jester-data-1:1', 'jester-data-2:1'])
    expect(source.readAs[0]!.unrated!.count).toBe(198)
  })

  test('is refused where a part has other columns', async () => {
    await expect(
      open({ 'part-0.csv': 'user,item,rating\n1,2,3\n', 'part-1.csv': 'user,item,stars\n1,2,3\n' }),
    ).rejects.toThrow('part-1.csv is read differently from part-0.csv')
  })
})

test.each([
  ['user_artists.dat', 'HetRec Last.fm'],
  ['BX-Book-Ratings.csv', 'Book-Crossing'],
  ['goodreads_interactions_poetry.json', 'Goodreads JSON'],
  ['yelp_academic_dataset_review.json', 'Yelp'],
  ['events.csv', 'Retailrocket'],
  ['behaviors.tsv', 'MIND'],
] as const)('%s is found among the other files of its data set', async (name, example) => {
  const folder = await folderOf({
    [name]: examples[example]!.text,
    'README.txt': 'x',
    'other.csv': 'a,b\n1,2\n',
  })
  const source = await openRatingsSource(folder)
  expect(short(await flatten(source.ratings()))).toEqual(examples[example]!.ratings)
  expect((await openRatingsSource(join(folder, name))).name).toBe(name)
})
