// Splits bytes into lines, a block of lines at a time: a stream that yields single lines is much slower.
import { isUtf8 } from 'node:buffer'
import { RatingsInputError } from './malformed-lines.ts'

/** Consecutive lines without line endings. */
export interface LineBlock {
  /** The number of the first line, from 1. */
  readonly first: number
  readonly lines: readonly string[]
}

/**
 * Splits bytes into lines. A byte order mark is dropped, lines may end in LF or CRLF, and the last line may have no
 * ending. Bytes that are not UTF-8 become U+FFFD, or are read as Latin-1 where `latin1` allows it.
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
  for await (const chunk of bytes) {
    const whole =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([rest, chunk])
    const end = whole.lastIndexOf(lineFeed) + 1
    rest = whole.subarray(end)
    if (rest.length > maxLineBytes)
      throw new RatingsInputError(
        `${name}, line ${first}: no end of line within ${maxLineBytes} bytes; this is not a text of ratings`,
      )
    if (end === 0) continue
    const lines = split(decode(whole.subarray(0, end - 1), latin1, first === 1, name))
    yield { first, lines }
    first += lines.length
  }
  if (rest.length > 0) yield { first, lines: split(decode(Buffer.from(rest), latin1, first === 1, name)) }
}

const lineFeed = 10
const maxLineBytes = 1 << 24

function decode(bytes: Buffer, latin1: boolean, atStart: boolean, name: string): string {
  if (!atStart) return bytes.toString(latin1 && !isUtf8(bytes) ? 'latin1' : 'utf8')
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new RatingsInputError(`${name} is in UTF-16; save it as UTF-8`)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return decode(marked ? bytes.subarray(3) : bytes, latin1, false, name)
}

function split(text: string): string[] {
  return text.includes('\r') ? text.split(/\r?\n/).map((line) => line.replace(/\r$/, '')) : text.split('\n')
}
