// Reads the output of `copy (…) to stdout (format binary)` as a stream.
// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY-FORMAT

/**
 * Reads rows of (integer user, integer item, double value, double seconds or null) and passes each to `push`, with NaN
 * for null.
 *
 * @throws Error when the bytes are not such rows, or end before the end marker.
 */
export async function readBinaryRatings(
  chunks: AsyncIterable<Buffer>,
  push: (user: number, item: number, value: number, seconds: number) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let isHeaderRead = false
  for await (const chunk of chunks) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const start: number = isHeaderRead ? 0 : headerEnd(bytes)
    isHeaderRead ||= start > 0
    rest = isHeaderRead ? bytes.subarray(readRows(bytes, start, push)) : bytes
  }
  if (rest.length !== 2 || rest.readInt16BE() !== endMark)
    throw new Error(`The binary copy of the ratings broke off with ${rest.length} bytes unread`)
}

const endMark = -1
const rowWithoutTime = 34
const rowWithTime = 42

/** Reads the complete rows from `start` on; returns where they end. */
function readRows(
  bytes: Buffer,
  start: number,
  push: (...row: [number, number, number, number]) => void,
): number {
  let at = start
  while (at + rowWithoutTime <= bytes.length) {
    const secondsSize = bytes.readInt32BE(at + 30)
    const hasTime = secondsSize !== -1
    if (hasTime && at + rowWithTime > bytes.length) break
    requireRow(bytes, at, secondsSize)
    const seconds = hasTime ? bytes.readDoubleBE(at + 34) : Number.NaN
    push(bytes.readInt32BE(at + 6), bytes.readInt32BE(at + 14), bytes.readDoubleBE(at + 22), seconds)
    at += hasTime ? rowWithTime : rowWithoutTime
  }
  return at
}

/** Checks the number of fields and the size of each. */
function requireRow(bytes: Buffer, at: number, secondsSize: number): void {
  const isRow =
    bytes.readInt16BE(at) === 4 &&
    bytes.readInt32BE(at + 2) === 4 &&
    bytes.readInt32BE(at + 10) === 4 &&
    bytes.readInt32BE(at + 18) === 8 &&
    (secondsSize === 8 || secondsSize === -1)
  if (!isRow) throw new Error('A row of the binary copy is not (integer, integer, double, double or null)')
}

/**
 * The end of the header: a signature, flags, and an extension preceded by its size. 0 if it is incomplete.
 */
function headerEnd(bytes: Buffer): number {
  if (bytes.length < 19) return 0
  if (bytes.toString('latin1', 0, 11) !== 'PGCOPY\n\xff\r\n\0')
    throw new Error('PostgreSQL did not send a binary copy')
  const end = 19 + bytes.readUInt32BE(15)
  return end <= bytes.length ? end : 0
}
