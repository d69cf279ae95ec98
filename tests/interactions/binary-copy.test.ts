import { describe, expect, test } from 'vitest'
import { readBinaryRatings } from '../../src/interactions/binary-copy.ts'

type Row = readonly [user: number, item: number, value: number, seconds: number]

/** As PostgreSQL's documentation describes the format: each field is its size and its bytes, null is the size −1. */
function row([user, item, value, seconds]: Row): Buffer {
  const bytes = Buffer.alloc(Number.isNaN(seconds) ? 34 : 42)
  bytes.writeInt16BE(4, 0)
  bytes.writeInt32BE(4, 2)
  bytes.writeInt32BE(user, 6)
  bytes.writeInt32BE(4, 10)
  bytes.writeInt32BE(item, 14)
  bytes.writeInt32BE(8, 18)
  bytes.writeDoubleBE(value, 22)
  bytes.writeInt32BE(Number.isNaN(seconds) ? -1 : 8, 30)
  if (!Number.isNaN(seconds)) bytes.writeDoubleBE(seconds, 34)
  return bytes
}

/** A header with an extension of three bytes, which a reader must skip. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\x03ext', 'latin1')
const end = Buffer.from([0xff, 0xff])
const rows: readonly Row[] = [
  [0, 7, 3.5, 881250949.25],
  [2 ** 31 - 1, 0, -1e300, Number.NaN],
  [5, 6, 0, 0],
]

async function read(chunks: readonly Buffer[]): Promise<Row[]> {
  const found: Row[] = []
  async function* stream() {
    yield* chunks
  }
  await readBinaryRatings(stream(), (...fields) => found.push(fields))
  return found
}

describe('readBinaryRatings', () => {
  const bytes = Buffer.concat([header, ...rows.map(row), end])

  test('gives the rows wherever the bytes are cut', async () => {
    expect(await read([bytes])).toEqual(rows)
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(rows)
    expect(await read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(rows)
  })

  test('gives nothing for an empty table', async () => {
    expect(await read([header, end])).toEqual([])
  })

  test('refuses bytes that end before the end marker', async () => {
    for (let cut = 0; cut < bytes.length; cut++)
      await expect(read([bytes.subarray(0, cut)])).rejects.toThrow(/broke off/)
  })

  test('refuses other data, and rows of another shape', async () => {
    await expect(read([Buffer.from('1\t2\t3\t881250949\n1\t3\t4\t')])).rejects.toThrow(
      'did not send a binary copy',
    )
    for (const at of [1, 5, 13, 21, 33]) {
      const other = row(rows[0]!)
      other[at] = 2
      await expect(read([header, other, end])).rejects.toThrow(
        'is not (integer, integer, double, double or null)',
      )
    }
  })
})
