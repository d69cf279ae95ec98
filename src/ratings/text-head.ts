import { type LineBlock, withoutReturn } from './text-lines.ts'

/** The first lines of a text, which decide how all of it is read. */
export interface TextHead {
  /** The first lines that are not blank. */
  readonly lines: readonly string[]
  /** All blocks, those of the head included; can be read once. */
  readonly all: AsyncIterable<LineBlock>
  /** Releases the text if `all` is not read to its end. */
  close(): Promise<void>
}

/**
 * Reads the first thousand lines without consuming them. Their number depends on the text alone, so that a file and a
 * slow pipe of the same bytes are read alike.
 */
export async function readHead(blocks: AsyncIterable<LineBlock>): Promise<TextHead> {
  const iterator = blocks[Symbol.asyncIterator]()
  const read: LineBlock[] = []
  const head: string[] = []
  let length = 0
  while (head.length < maxLines && length < maxLength) {
    const next = await iterator.next()
    if (next.done) break
    read.push(next.value)
    for (const line of next.value.lines) {
      if (head.length === maxLines || length >= maxLength) break
      if (line.trim() !== '') head.push(withoutReturn(line))
      length += line.length
    }
  }
  const all = async function* () {
    yield* read.splice(0)
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { lines: head, all: all(), close: async () => void (await iterator.return?.()) }
}

const maxLines = 1000
const maxLength = 1 << 24
