import type { ReportMalformed } from './malformed-lines.ts'
import type { LineBlock } from './text-lines.ts'

/** A text format of values of type `T` (ratings, items), one or more per line. */
export interface TextFormat<T> {
  /** Shown to users. */
  readonly name: string
  /** The reader of a text that starts with the lines `head`; undefined if they are not in this format. */
  match(head: readonly string[], columns: ColumnNames): TextReader<T> | undefined
}

/** Reads values a page at a time, in the order of their lines, and reports malformed lines. */
export type TextReader<T> = (blocks: AsyncIterable<LineBlock>, report: ReportMalformed) => AsyncGenerator<T[]>

/** The names of the columns, for formats with column names; undefined names are guessed. */
export interface ColumnNames {
  readonly user?: string | undefined
  readonly item?: string | undefined
  readonly value?: string | undefined
  readonly time?: string | undefined
}

/** A reader of texts with one value per line; `parse` returns the value or the reason why the line is malformed. */
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
 * A reader by `parse` if most of the first lines can be parsed; one or two may be malformed.
 */
export function ifMostLinesParse<T extends object>(
  head: readonly string[],
  parse: (line: string) => T | string,
): TextReader<T> | undefined {
  const sound = head.filter((line) => typeof parse(line) !== 'string')
  return sound.length * 2 > head.length ? eachLine(parse) : undefined
}
