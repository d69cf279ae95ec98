// Splits bytes into lines, a block of lines at a time: a stream that yields single lines is much slower.
import { isUtf8 } from 'node:buffer'
import { RatingsInputError } from './malformed-lines.ts'

/** Consecutive lines. */
export class LineBlock {
  readonly first: number
  readonly bytes: Buffer
  readonly end: LineEnd
  readonly latin1: boolean

  /**
   * @param first the number of the first line, from 1
   * @param bytes the lines without the end of the last one
   * @param end what separates the lines
   * @param latin1 whether bytes that are not UTF-8 are Latin-1; otherwise they become U+FFFD
   */
  constructor(first: number, bytes: Buffer, end: LineEnd, latin1 = false) {
    this.first = first
    this.bytes = bytes
    this.end = end
    this.latin1 = latin1
  }

  /** The text of the bytes from `start` to `end`. */
  textOf(start: number, end: number): string {
    return this.bytes.toString(this.latin1 && !isUtf8(this.bytes) ? 'latin1' : 'utf8', start, end)
  }

  /** Without their ends. A line that ended in CRLF keeps the CR, since quoted fields may contain either line end. */
  get lines(): readonly string[] {
    return this.textOf(0, this.bytes.length).split(this.end)
  }

  /** The number of lines. */
  get length(): number {
    const end = this.end.charCodeAt(0)
    let count = 1
    for (let at = this.bytes.indexOf(end); at >= 0; at = this.bytes.indexOf(end, at + 1)) count++
    return count
  }

  asLatin1(): LineBlock {
    return new LineBlock(this.first, this.bytes, this.end, true)
  }
}

export type LineEnd = '\n' | '\r'

/**
 * Splits bytes into lines. A byte order mark is dropped, and the last line may have no ending. The first line end of
 * the text decides whether its lines end in LF or CRLF, or in CR alone.
 *
 * @throws RatingsInputError for UTF-16 and for a line of more than 16 MB.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<LineBlock> {
  let first = 1
  let rest: Uint8Array = new Uint8Array(0)
  let end: LineEnd | undefined
  for await (const chunk of bytes) {
    const whole =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([rest, chunk])
    end ??= firstLineEnd(whole)
    const length = end === undefined ? 0 : whole.lastIndexOf(end) + 1
    rest = whole.subarray(length)
    if (rest.length > maxLineBytes)
      throw new RatingsInputError(
        `${name}, line ${first}: no end of line within ${maxLineBytes} bytes; this is not a text of ratings`,
      )
    if (end === undefined || length === 0) continue
    const lines = whole.subarray(0, length - 1)
    const block = new LineBlock(first, first === 1 ? withoutMark(lines, name) : lines, end)
    yield block
    first += block.length
  }
  if (rest.length === 0) return
  const last = first === 1 ? withoutMark(Buffer.from(rest), name) : Buffer.from(rest)
  if (end === undefined && last.at(-1) === carriageReturn)
    yield new LineBlock(first, last.subarray(0, -1), '\r')
  else yield new LineBlock(first, last, end ?? '\n')
}

/** A line without the CR of a CRLF. */
export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

const lineFeed = 10
const carriageReturn = 13
const maxLineBytes = 1 << 24

/** Undefined where `bytes` has no line end, or ends in a CR that an LF may follow. */
function firstLineEnd(bytes: Buffer): LineEnd | undefined {
  const [feed, place] = [bytes.indexOf(lineFeed), bytes.indexOf(carriageReturn)]
  if (place < 0 || (feed >= 0 && feed < place)) return feed < 0 ? undefined : '\n'
  if (place + 1 === bytes.length) return undefined
  return bytes[place + 1] === lineFeed ? '\n' : '\r'
}

/** @throws RatingsInputError for the byte order mark of UTF-16 */
function withoutMark(bytes: Buffer, name: string): Buffer {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new RatingsInputError(`${name} is in UTF-16; save it as UTF-8`)
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return isMarked ? bytes.subarray(3) : bytes
}
