import { rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import { openRatingsSource, type RatingsSourceOptions } from '../../src/ratings/ratings-source.ts'
import { flatten, folderOf } from './reading.ts'
import { zipArchive } from './zip-archive.ts'

async function read(path: string, options?: RatingsSourceOptions) {
  const source = await openRatingsSource(path, options)
  return { source, ratings: await flatten(source.ratings()), items: await flatten(source.items()) }
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const csv = 'userId,movieId,rating,timestamp\n1,10,3,881250949\n'
const csvRating = { userId: '1', itemId: '10', value: 3, time: 881250949 }

describe('a folder of MovieLens', () => {
  test('100K gives u.data and u.item, with genres, and no part of the published splits', async () => {
    const path = await folderOf({
      'u.data': '1\t10\t3\t881250949\n',
      'u1.base': '7\t7\t7\t7\n',
      'ua.test': '7\t7\t7\t7\n',
      'u.genre': 'unknown|0\n',
      'u.item': latin1(
        '10|Misérables, Les (1995)|01-Jan-1995||http://x|0|1|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|1\n' +
          '267|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n' +
          '268||||| 0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n',
      ),
    })
    const { source, ratings, items } = await read(path)
    expect(source.name).toBe('u.data')
    expect(ratings).toEqual([csvRating])
    expect(items).toEqual([
      {
        id: '10',
        title: 'Misérables, Les (1995)',
        attributes: { genres: ['Action', 'Comedy', 'Western'], year: 1995 },
      },
      { id: '267', title: 'unknown', attributes: { genres: ['unknown'] } },
      { id: '268', title: null, attributes: { genres: [] } },
    ])
  })

  test('1M gives ratings and movies from packed files in Latin-1', async () => {
    const path = await folderOf({
      README: 'not this',
      'users.dat.gz': gzipSync('1::F::1::10::48067\n'),
      'ratings-no-timestamp.dat.gz': gzipSync('1::1193::5\n1::661::3\n'),
      'movies.dat.gz': gzipSync(latin1("661::Père::Noël (1996)::Animation|Children's\n")),
    })
    const { source, ratings, items } = await read(path)
    expect(source.name).toBe('ratings-no-timestamp.dat.gz')
    expect(ratings).toEqual([
      { userId: '1', itemId: '1193', value: 5 },
      { userId: '1', itemId: '661', value: 3 },
    ])
    expect(items).toEqual([
      {
        id: '661',
        title: 'Père::Noël (1996)',
        attributes: { genres: ['Animation', "Children's"], year: 1996 },
      },
    ])
  })

  test('20M gives ratings.csv and movies.csv, in a zip archive too', async () => {
    const files = {
      'genome-scores.csv': 'movieId,tagId,relevance\n1,1,0.025\n',
      'links.csv': 'movieId,imdbId,tmdbId\n1,0114709,862\n',
      'movies.csv':
        'movieId,title,genres\n10,"Shawshank, ""The"" (1994)",Drama|Crime\n11,Éden,(no genres listed)\n',
      'ratings.csv': csv,
      'tags.csv': 'userId,movieId,tag,timestamp\n1,1,x,1\n',
    }
    const folder = await folderOf(files)
    const zipped = Object.fromEntries(Object.entries(files).map(([name, text]) => [`ml-20m/${name}`, text]))
    const archive = await folderOf({ 'ml-20m.zip': zipArchive({ 'ml-20m/': '', ...zipped }) })
    for (const path of [folder, join(archive, 'ml-20m.zip')]) {
      const { source, ratings, items } = await read(path)
      expect([source.name, source.bytes]).toEqual(['ratings.csv', csv.length])
      expect(ratings).toEqual([csvRating])
      expect(items).toEqual([
        {
          id: '10',
          title: 'Shawshank, "The" (1994)',
          attributes: { genres: ['Drama', 'Crime'], year: 1994 },
        },
        { id: '11', title: 'Éden', attributes: { genres: [] } },
      ])
    }
  })

  test('may describe items by other columns, with or without a title', async () => {
    const described = async (items: string) =>
      (await read(await folderOf({ 'ratings.csv': csv, 'items.csv': items }))).items
    expect(await described('id;name;Brand;price\n10;Tea (2001);Acme;3.5\n11;Milk;;\n')).toEqual([
      { id: '10', title: 'Tea (2001)', attributes: { Brand: 'Acme', price: '3.5', year: 2001 } },
      { id: '11', title: 'Milk', attributes: {} },
    ])
    expect(await described('product\tcolor\n10\tred\n')).toEqual([{ id: '10', attributes: { color: 'red' } }])
  })

  test('may say when items are recommended, where it has columns for that', async () => {
    const described = async (items: string) =>
      (await read(await folderOf({ 'ratings.csv': csv, 'items.csv': items }))).items
    expect(
      await described(
        'item,hidden,available_from,availableUntil\na,yes,2026-01-31,\nb,,,1893456000\nc,FALSE,2026-01-31T12:00:00+02:00,9999-12-31\n',
      ),
    ).toEqual([
      { id: 'a', hidden: true, availableFrom: new Date('2026-01-31'), availableUntil: null },
      { id: 'b', hidden: false, availableFrom: null, availableUntil: new Date('2030-01-01') },
      {
        id: 'c',
        hidden: false,
        availableFrom: new Date('2026-01-31T10:00:00Z'),
        availableUntil: new Date('9999-12-31'),
      },
    ])
    expect(await described('item,hidden\na,1\n')).toEqual([{ id: 'a', hidden: true }])
    for (const [items, flaw] of [
      ['item,hidden\na,maybe\n', 'line 2: hidden is "maybe", neither true nor false'],
      ['item,availableFrom\na,soon\n', 'line 2: availableFrom is neither Unix time nor ISO 8601'],
      ['item,availableFrom,availableUntil\na,2026-02-01,2026-01-01\n', 'availableUntil must be later than'],
      [`item,title\na,${'x'.repeat(2001)}\n`, 'line 2: the title is longer than 2000 characters'],
      [`item,text\na,${'x'.repeat(70_000)}\n`, 'line 2: the attributes have more than 65536 characters'],
    ] as const)
      await expect(described(items)).rejects.toThrow(flaw)
  })

  test('is refused with the names of its files when none contains ratings', async () => {
    await expect(read(await folderOf({ 'a.txt': '', 'b.txt': '' }))).rejects.toThrow(
      /no ratings file.*found a\.txt, b\.txt/,
    )
    await expect(read(await folderOf({}))).rejects.toThrow(/found no file at all/)
  })
})

describe('a file', () => {
  // `zstd -19` of ten lines, made with Zstandard 1.5.4.
  const zstd =
    'KLUv/QRolQIAkoQOEKAvBsAifrb/21GddM3/VvFjjB/8FvcAwphQ/PsAFSTM+DkmFveBfKpS9lx1g66q6ZWYu/F5pcmoDQggoEL1ZiG5M9vPoicg5wdZThohoIkXu8U='
  const packed = {
    gzip: gzipSync(csv),
    'two gzip members': Buffer.concat([gzipSync(csv.slice(0, 40)), gzipSync(csv.slice(40))]),
  }

  test.each(Object.entries(packed))('packed as %s is unpacked whatever its name', async (_, bytes) => {
    const path = join(await folderOf({ data: bytes }), 'data')
    const { source, ratings } = await read(path)
    expect(ratings).toEqual([csvRating])
    expect(source.bytes).toBe(bytes.length)
  })

  test('packed with zstd is unpacked, several frames after another too', async () => {
    const bytes = Buffer.from(zstd, 'base64')
    const path = await folderOf({ one: bytes, more: Buffer.concat([Buffer.from(zstd, 'base64'), bytes]) })
    const { ratings } = await read(join(path, 'one'))
    expect(ratings).toHaveLength(9)
    expect(ratings.at(-1)).toEqual({ userId: '22', itemId: '10', value: 1, time: 881250951 })
    const { ratings: twice, source } = await read(join(path, 'more'))
    expect(twice).toEqual([...ratings, ...ratings])
    expect(source.malformed.count).toBe(0)
  })

  test.each([
    ['gzip', gzipSync(csv + '1,10,3,5\n'.repeat(100))],
    ['zstd', Buffer.from(zstd, 'base64')],
  ])('of %s that is cut off is refused as damaged', async (name, bytes) => {
    const path = join(await folderOf({ data: bytes.subarray(0, -9) }), 'data')
    await expect(read(path)).rejects.toThrow(new RegExp(`data is damaged: ${name} reports`))
  })

  test('packed in another way is named', async () => {
    const path = join(await folderOf({ data: 'BZh91AY&SY' }), 'data')
    await expect(read(path)).rejects.toThrow('data is a bzip2 file')
  })

  test('that is not there is named', async () => {
    await expect(read('/nowhere/ratings.csv')).rejects.toThrow(
      'There is no file or folder /nowhere/ratings.csv',
    )
  })

  test('with a header and nothing below is refused', async () => {
    const path = join(await folderOf({ 'ratings.csv': 'user,item\n' }), 'ratings.csv')
    await expect(read(path)).rejects.toThrow('ratings.csv contains no rating')
  })

  test('with columns of other names is read by the names that are given', async () => {
    const path = join(await folderOf({ data: 'who;what;how much;when\na;b;2;1997-12-04\n' }), 'data')
    await expect(read(path)).rejects.toThrow(/column names these are: who, what, how much, when/)
    await expect(read(path, { columns: { user: 'who', item: 'thing' } })).rejects.toThrow('item = thing')
    const columns = { user: 'who', item: 'what', value: 'how much', time: 'when' }
    expect((await read(path, { columns })).ratings).toEqual([
      { userId: 'a', itemId: 'b', value: 2, time: 881193600 },
    ])
  })

  test('reports how many of its bytes are read', async () => {
    const path = join(await folderOf({ data: csv }), 'data')
    const progress: number[] = []
    await read(path, { onBytes: (bytes) => progress.push(bytes) })
    expect(progress.at(-1)).toBe(csv.length)
  })

  test('is no longer read once the signal is given', async () => {
    const path = join(await folderOf({ data: csv + '1,2,3,4\n'.repeat(100_000) }), 'data')
    const controller = new AbortController()
    const source = await openRatingsSource(path, { signal: controller.signal })
    const pages = source.ratings()
    await pages.next()
    controller.abort()
    await expect(flatten(pages)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })
})

describe('malformed lines', () => {
  const text = `${csv}x\n1,11,4,1\n1,12,y,1\n`

  test('up to the accepted number are skipped and kept for the report', async () => {
    const path = join(await folderOf({ data: text }), 'data')
    const { source, ratings } = await read(path, { maxMalformed: 2 })
    expect(ratings).toEqual([csvRating, { userId: '1', itemId: '11', value: 4, time: 1 }])
    expect(source.malformed.count).toBe(2)
    expect(source.malformed.lines).toEqual([
      { file: 'data', line: 3, text: 'x', reason: 'expected 4 fields, found 1' },
      {
        file: 'data',
        line: 5,
        text: '1,12,y,1',
        reason: 'the value is not a number from -1000000 to 1000000',
      },
    ])
  })

  test('one more stops the reading and all are named', async () => {
    const path = join(await folderOf({ data: text }), 'data')
    await expect(read(path, { maxMalformed: 1 })).rejects.toThrow(
      [
        'More lines are malformed than the 1 allowed:',
        'data, line 3: expected 4 fields, found 1: "x"',
        'data, line 5: the value is not a number from -1000000 to 1000000: "1,12,y,1"',
      ].join('\n'),
    )
  })

  test('in the items count with those in the ratings', async () => {
    const path = await folderOf({ 'ratings.csv': csv, 'movies.csv': 'movieId,title\n1,A\n,B\n2\n' })
    await expect(read(path)).rejects.toThrow('movies.csv, line 3: the item id is missing: ",B"')
    const { items } = await read(path, { maxMalformed: 2 })
    expect(items).toEqual([{ id: '1', title: 'A', attributes: {} }])
  })
})

describe('a folder with symbolic links', () => {
  const linked = async () => {
    const [target, path] = [await folderOf({ 'ratings.csv': csv }), await folderOf({ README: '' })]
    await rename(join(path, 'README'), join(target, 'README'))
    await symlink(join(target, 'ratings.csv'), join(path, 'ratings.csv'))
    return path
  }

  test('is read only if they are to be followed', async () => {
    const path = await linked()
    await expect(read(path)).rejects.toThrow('--follow-symlinks reads them')
    expect((await read(path, { followSymlinks: true })).ratings).toEqual([csvRating])
  })

  test('is refused in a sentence when one leads nowhere', async () => {
    const path = await linked()
    await symlink('nowhere', join(path, 'movies.csv'))
    await expect(read(path, { followSymlinks: true })).rejects.toThrow(RatingsInputError)
    await expect(read(path, { followSymlinks: true })).rejects.toThrow(
      'movies.csv is a symbolic link that leads nowhere',
    )
  })
})

describe('an archive is refused in a sentence', () => {
  test.each(['../ratings.csv', '/etc/ratings.csv', 'a/../../ratings.csv', 'C:\\ratings.csv'])(
    'with the path %s',
    async (name) => {
      const path = join(await folderOf({ 'data.zip': zipArchive({ [name]: csv }) }), 'data.zip')
      const reading = read(path)
      await expect(reading).rejects.toThrow(RatingsInputError)
      await expect(reading).rejects.toThrow('cannot be read as a zip archive')
    },
  )

  test('with damaged content', async () => {
    const archive = zipArchive({ 'ratings.csv': csv.repeat(100) })
    archive.fill(0xff, 41, 60)
    const path = join(await folderOf({ 'data.zip': archive }), 'data.zip')
    await expect(read(path)).rejects.toThrow(RatingsInputError)
  })

  test.each([
    ['a window of 2 GiB', [0x00, 0xa8]],
    ['a single segment of 8 GiB', [0xe0, 0, 0, 0, 0, 2, 0, 0, 0]],
  ])('with zstd data that needs %s', async (_, header) => {
    const bytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header, ...Array(20).fill(0)])
    const reading = read(await folderOf({ 'ratings.csv.zst': bytes }))
    await expect(reading).rejects.toThrow(RatingsInputError)
    await expect(reading).rejects.toThrow('at most 128 MiB are supported')
  })
})
