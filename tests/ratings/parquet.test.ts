import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { openRatingsSource, type RatingsSourceOptions } from '../../src/ratings/ratings-source.ts'
import { flatten, folderOf } from './reading.ts'
import { zipArchive } from './zip-archive.ts'

async function read(files: Readonly<Record<string, string | Uint8Array>>, options?: RatingsSourceOptions) {
  const names = Object.keys(files)
  const folder = await folderOf(files)
  const source = await openRatingsSource(names.length === 1 ? join(folder, names[0]!) : folder, options)
  return { source, ratings: await flatten(source.ratings()), items: await flatten(source.items()) }
}

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData']

const parquet = (columnData: Columns, options: object = {}) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }))

const columns: Columns = [
  { name: 'user_id', data: ['a', 'b', 'b'], type: 'STRING' },
  { name: 'note', data: ['x', 'y', 'z'], type: 'STRING' },
  { name: 'item', data: [7n, 8n, 7n], type: 'INT64' },
  { name: 'rating', data: [3.5, 4, 1], type: 'DOUBLE' },
  { name: 'timestamp', data: [881250949, 881250950, 881250951], type: 'INT32' },
]
const ratings = [
  { userId: 'a', itemId: '7', value: 3.5, time: 881250949 },
  { userId: 'b', itemId: '8', value: 4, time: 881250950 },
  { userId: 'b', itemId: '7', value: 1, time: 881250951 },
]

// Written by PyArrow 26: int64, string, float and timestamp[ms], two row groups, zstd. The last rating is missing.
const ofPyArrow = Buffer.from(
  'UEFSMRUEFSAVMkwVBBUAEgAAKLUv/SAQgQAAAQAAAAAAIAACAAAAAAAAABUAFRIVJCwVBhUQFQYVBhwAAAAotS/9IAlJAAACAAAABgEBAwYVBBUUFSZMFQQVABIAACi1L/0gClEAAAEAAABhAQAAAGIVABUSFSQsFQYVEBUGFQYcAAAAKLUv/SAJSQAAAgAAAAYBAQMCFQQVGBUqTBUGFQASAAAotS/9IAxhAAAAAGBAAACAQAAAgD8VABUUFSYsFQYVEBUGFQYcAAAAKLUv/SAKUQAAAgAAAAYBAgMkABUEFSAVMkwVBBUAEgAAKLUv/SAQgQAA+J5VBQMBAADUpFUFAwEAABUAFRIVJCwVBhUQFQYVBhwAAAAotS/9IAlJAAACAAAAAwUBAwIVBBUQFSJMFQIVABIAACi1L/0gCEEAAAMAAAAAAAAAFQAVEhUkLBUCFRAVBhUGHAAAACi1L/0gCUkAAAIAAAACAQECABUEFQwVHkwVAhUAEgAAKLUv/SAGMQAAAgAAAMOpFQAVEhUkLBUCFRAVBhUGHAAAACi1L/0gCUkAAAIAAAACAQECABUEFQAVEkwVABUAEgAAKLUv/SAAAQAAFQAVDhUgLBUCFRAVBhUGHAAAACi1L/0gBzkAAAIAAAACAAAVBBUQFSJMFQIVABIAACi1L/0gCEEAAAAAAAAAAAAAFQAVEhUkLBUCFRAVBhUGHAAAACi1L/0gCUkAAAIAAAACAQECABUEGVw1ABgGc2NoZW1hFQgAFQQlAhgHdXNlcl9pZAAVDCUCGAdtb3ZpZUlkJQBMHAAAABUIJQIYBnJhdGluZwAVBCUCGAhyYXRlZF9hdCUSTIwSHBwAAAAAABYIGSwZTCYAHBUEGTUABhAZGAd1c2VyX2lkFQwWBhZ0FpgBJlYmCCksFQQVABUCABUAFRAVAgA8KQYZJgAGAAAAJgAcFQwZNQAGEBkYB21vdmllSWQVDBYGFmgWjAEm4gEmoAEpLBUEFQAVAgAVABUQFQIAPBYGGQYZJgAGAAAAJgAcFQgZNQAGEBkYBnJhdGluZxUMFgYWbhaSASbyAiasAiksFQQVABUCABUAFRAVAgA8KQYZJgAGAAAAJgAcFQQZNQAGEBkYCHJhdGVkX2F0FQwWBhZ0FpgBJowEJr4DKSwVBBUAFQIAFQAVEBUCADwpBhkmAgQAAAAWvgMWBiYIFs4EABlMJgAcFQQZNQAGEBkYB3VzZXJfaWQVDBYCFmQWiAEmlAUm1gQpLBUEFQAVAgAVABUQFQIAPCkGGSYAAgAAACYAHBUMGTUABhAZGAdtb3ZpZUlkFQwWAhZgFoQBJpgGJt4FKSwVBBUAFQIAFQAVEBUCADwWBBkGGSYAAgAAACYAHBUIGTUABhAZGAZyYXRpbmcVDBYCFlAWdCaQBybiBiksFQQVABUCABUAFRAVAgA8KQYZJgIAAAAAJgAcFQQZNQAGEBkYCHJhdGVkX2F0FQwWAhZkFogBJpQIJtYHKSwVBBUAFQIAFQAVEBUCADwpBhkmAAIAAAAW+AIWAibWBBaIBAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGUwcAAAcAAAcAAAcAAAAkwIAAFBBUjE=',
  'base64',
)

describe('ratings in Parquet', () => {
  test('are read by the names of their columns, and reported like those of a table', async () => {
    const { source, ratings: found } = await read({ data: parquet(columns) })
    expect(found).toEqual(ratings)
    expect(source.readAs).toEqual([
      {
        file: 'data',
        format: expect.stringContaining('Parquet'),
        columns: { user: 'user_id', item: 'item', value: 'rating', time: 'timestamp' },
        ignored: ['note'],
      },
    ])
  })

  test.each([
    ['UNCOMPRESSED', undefined],
    ['SNAPPY', undefined],
    ['GZIP', (input: Uint8Array) => new Uint8Array(gzipSync(input))],
  ])('are read with %s columns and several row groups', async (codec, compressor) => {
    const options = { codec, rowGroupSize: 2, ...(compressor && { compressors: { [codec]: compressor } }) }
    expect((await read({ data: parquet(columns, options) })).ratings).toEqual(ratings)
  })

  test('are read as another program writes them, up to a row without a rating', async () => {
    const { source, ratings: found } = await read({ data: ofPyArrow }, { maxMalformed: 1 })
    expect(found).toEqual([
      { userId: '9007199254740993', itemId: 'a', value: 3.5, time: 1112486027 },
      { userId: '2', itemId: 'b', value: 4 },
      { userId: '2', itemId: 'a', value: 1, time: 1112486028.5 },
    ])
    expect(source.malformed.lines).toMatchObject([
      {
        line: 4,
        reason: 'the value is missing; with --implicit every row has the value 1',
        text: expect.stringContaining('"movieId":"é"'),
      },
    ])
    await expect(read({ data: ofPyArrow })).rejects.toThrow('data, line 4: the value is missing')
  })

  test('have line numbers over all pages and row groups', async () => {
    const rows = Array.from({ length: 25_000 }, (_, n) => n)
    const table = parquet(
      [
        { name: 'user', data: rows.map(String), type: 'STRING' },
        { name: 'item', data: rows.map(String), type: 'STRING' },
        { name: 'rating', data: rows.map((n) => (n === 24_321 ? 1e7 : n % 5)), type: 'DOUBLE' },
      ],
      { rowGroupSize: 12_000 },
    )
    const { source, ratings: found } = await read({ data: table }, { maxMalformed: 1 })
    expect(source.malformed.lines[0]!.line).toBe(24_322)
    expect(found.map(({ userId }) => Number(userId))).toEqual(rows.filter((n) => n !== 24_321))
  })

  test('may have other names, and limits hold as in other files', async () => {
    const table = (value: number) =>
      parquet([
        { name: 'who', data: ['a'], type: 'STRING' },
        { name: 'what', data: ['x'], type: 'STRING' },
        { name: 'much', data: [value], type: 'DOUBLE' },
      ])
    await expect(read({ data: table(1) })).rejects.toThrow(/data has the columns who, what, much.*--user/)
    const options = { columns: { user: 'who', item: 'what', value: 'much' } }
    expect((await read({ data: table(1) }, options)).ratings).toEqual([
      { userId: 'a', itemId: 'x', value: 1 },
    ])
    await expect(read({ data: table(1e7) }, options)).rejects.toThrow(
      'line 1: the value is not a number from',
    )
    await expect(read({ data: table(Number.NaN) }, options)).rejects.toThrow(
      'line 1: the value is not a number',
    )
  })

  test('without certain columns are refused with the option that decides', async () => {
    const uncertain = [...columns.slice(0, 3), { name: 'grade', data: [5, 2.5, 1], type: 'DOUBLE' as const }]
    await expect(read({ data: parquet(uncertain) })).rejects.toThrow(/data: No column.*--value grade/)
    expect((await read({ data: parquet(uncertain) }, { columns: { implicit: true } })).ratings).toHaveLength(
      3,
    )
  })

  test('written at random are read back', async () => {
    const row = fc.record({
      userId: fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
        .filter((id) => !/[\0\uFFFD]|^\.\.?$/.test(id)),
      itemId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
      time: fc.option(fc.integer({ min: 0, max: 1.7e9 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        async (rows, rowGroupSize) => {
          const data = parquet(
            [
              { name: 'user', data: rows.map(({ userId }) => userId), type: 'STRING' },
              { name: 'item', data: rows.map(({ itemId }) => itemId), type: 'INT64' },
              { name: 'rating', data: rows.map(({ value }) => value), type: 'DOUBLE' },
              { name: 'time', data: rows.map(({ time }) => time), type: 'INT32', nullable: true },
            ],
            { rowGroupSize },
          )
          const expected = rows.map(({ time, itemId, ...rest }) => ({
            ...rest,
            itemId: String(itemId),
            ...(time !== undefined && { time }),
          }))
          expect((await read({ data })).ratings).toEqual(expected)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('a folder of Parquet', () => {
  test('has ratings and items', async () => {
    const items = parquet([
      { name: 'movieId', data: [7n, 8n], type: 'INT64' },
      { name: 'title', data: ['Heat (1995)', undefined], type: 'STRING', nullable: true },
      { name: 'genres', data: ['Crime|Drama', ''], type: 'STRING' },
      { name: 'runtime', data: [170, 90], type: 'INT32' },
    ])
    const { items: found } = await read({ 'ratings.parquet': parquet(columns), 'movies.parquet': items })
    expect(found).toEqual([
      {
        id: '7',
        title: 'Heat (1995)',
        attributes: { genres: ['Crime', 'Drama'], year: 1995, runtime: '170' },
      },
      { id: '8', title: null, attributes: { genres: [], runtime: '90' } },
    ])
  })

  test('may be in parts, as Spark writes it', async () => {
    const parts = {
      'part-00000.parquet': parquet(columns),
      'part-00001.parquet': parquet(columns),
      _SUCCESS: '',
    }
    const { source, ratings: found } = await read(parts)
    expect(found).toEqual([...ratings, ...ratings])
    expect(source.name).toBe('part-00000.parquet and 1 more')
  })
})

describe('Parquet is refused in a sentence', () => {
  const alone = /data.* has parquet data.*import it from an uncompressed file that is not in an archive/

  test('in another file or from a pipe', async () => {
    await expect(read({ data: gzipSync(parquet(columns)) })).rejects.toThrow(alone)
    const archive = zipArchive({ 'data.parquet': parquet(columns) })
    await expect(read({ archive })).rejects.toThrow(alone)
  })

  test('when it is damaged, or compressed in an unknown way', async () => {
    const whole = parquet(columns)
    await expect(read({ data: whole.subarray(0, -9) })).rejects.toThrow(
      /data cannot be read as Parquet: .*footer/,
    )
    const lz4 = parquet(columns, { codec: 'LZ4', compressors: { LZ4: (input: Uint8Array) => input } })
    await expect(read({ data: lz4 })).rejects.toThrow(
      /unsupported compression codec: LZ4.*with Snappy, gzip, zstd/,
    )
  })

  test('when another format is named, and so is a text that is named Parquet', async () => {
    const columnsOf = (format: string) => ({ columns: { format } })
    await expect(read({ data: parquet(columns) }, columnsOf('csv'))).rejects.toThrow(
      'data is a parquet file, and not in the format csv',
    )
    await expect(read({ data: 'user,item\n1,2\n' }, columnsOf('parquet'))).rejects.toThrow(
      'data is not in the format parquet',
    )
  })

  test('without rows', async () => {
    const empty = columns.map((column) => ({ ...column, data: [] }))
    await expect(read({ data: parquet(empty) })).rejects.toThrow('data contains no rating')
  })
})

test('reading Parquet reports bytes up to its size', async () => {
  const folder = await folderOf({ data: parquet(columns) })
  const { length } = await readFile(join(folder, 'data'))
  const progress: number[] = []
  const source = await openRatingsSource(join(folder, 'data'), { onBytes: (bytes) => progress.push(bytes) })
  await flatten(source.ratings())
  expect(source.bytes).toBe(length)
  expect(Math.max(...progress)).toBe(length)
})
