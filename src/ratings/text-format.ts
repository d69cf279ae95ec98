import type { ReportMalformed } from './malformed-lines.ts'
import type { LineBlock } from './text-lines.ts'

/** One way to write values of type `T` (ratings, items) as lines of text. */
export interface TextFormat<T> {
  /** As a person would call it. */
  readonly name: string
  /** The reader of a text that begins with the lines `head`; undefined where it is not written this way. */
  match(head: readonly string[], columns: ColumnNames): TextReader<T> | undefined
}

/** Reads values a page at a time, in the order of their lines, and reports each line that is none. */
export type TextReader<T> = (blocks: AsyncIterable<LineBlock>, report: ReportMalformed) => AsyncGenerator<T[]>

/** The names of the columns, for formats that have names; what is not named is guessed. */
export interface ColumnNames {
  readonly user?: string | undefined
  readonly item?: string | undefined
  readonly value?: string | undefined
  readonly time?: string | undefined
}

/** A reader of texts that have one value a line; `parse` gives the value or the reason why there is none. */
export function eachLine<T extends object>(parse: (line: string) => T | string): TextReader<T> {
  return async function* (blocks, report) {
    for await (const { first, lines } of blocks) {
      const page: T[] = []
      for (const [index, line] of lines.entries()) {
        if (line === '') continue
        const value = parse(line)
        if (typeof value === 'string') report(first + index, line, value)
        else page.push(value)
      }
      yield page
    }
  }
}

/**
 * The reader by `parse` if that makes sense of most of the first lines; one or two of them may be malformed.
 */
export function ifMostLinesParse<T extends object>(
  head: readonly string[],
  parse: (line: string) => T | string,
): TextReader<T> | undefined {
  const sound = head.filter((line) => typeof parse(line) !== 'string')
  return sound.length * 2 > head.length ? eachLine(parse) : undefined
}
