// Splits bytes into lines, a block of lines at a time: a stream that yields single lines is much slower.
import { isUtf8 } from 'node:buffer'
import { RatingsInputError } from './malformed-lines.ts'

/** Consecutive lines. */
export interface LineBlock {
  /** The number of the first line, from 1. */
  readonly first: number
  /** Without their ends. A line that ended in CRLF keeps the CR, since quoted fields may contain either line end. */
  readonly lines: readonly string[]
  /** What separates the lines. */
  readonly end: LineEnd
}

export type LineEnd = '\n' | '\r'

/**
 * Splits bytes into lines. A byte order mark is dropped, and the last line may have no ending. The first line end of
 * the text decides whether its lines end in LF or CRLF, or in CR alone. Bytes that are not UTF-8 become U+FFFD, or are
 * read as Latin-1 where `latin1` allows it.
 *
 * @throws RatingsInputError for UTF-16 and for a line of more than 16 MB.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  { latin1 = false } = {},
): AsyncGenerator<LineBlock> {
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
    const lines = decode(whole.subarray(0, length - 1), latin1, first === 1, name).split(end)
    yield { first, lines, end }
    first += lines.length
  }
  if (rest.length === 0) return
  const text = decode(Buffer.from(rest), latin1, first === 1, name)
  if (end === undefined && text.endsWith('\r')) yield { first, lines: [text.slice(0, -1)], end: '\r' }
  else yield { first, lines: text.split(end ?? '\n'), end: end ?? '\n' }
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
  const place = bytes.findIndex((byte) => byte === lineFeed || byte === carriageReturn)
  if (place < 0) return undefined
  if (bytes[place] === lineFeed) return '\n'
  if (place + 1 === bytes.length) return undefined
  return bytes[place + 1] === lineFeed ? '\n' : '\r'
}

function decode(bytes: Buffer, latin1: boolean, atStart: boolean, name: string): string {
  if (!atStart) return bytes.toString(latin1 && !isUtf8(bytes) ? 'latin1' : 'utf8')
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new RatingsInputError(`${name} is in UTF-16; save it as UTF-8`)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return decode(marked ? bytes.subarray(3) : bytes, latin1, false, name)
}
