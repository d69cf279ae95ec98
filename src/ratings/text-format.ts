import type { ReportMalformed } from './malformed-lines.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { type LineBlock, withoutReturn } from './text-lines.ts'

/** A text format of values of type `T` (ratings, items), one or more per line. */
export interface TextFormat<T> {
  /** Shown to users. */
  readonly name: string
  /**
   * How a text that starts with the lines `head` is read; undefined if they are not in this format.
   *
   * @throws RatingsInputError when the columns cannot be told with certainty; the message names the option that does
   */
  match(head: readonly string[], options: ColumnOptions): Match<T> | undefined
}

/** A format that fits, and what its columns are taken for. */
export interface Match<T> extends TakenColumns {
  readonly read: TextReader<T>
}

/** What the columns of a file are taken for. */
export interface TakenColumns {
  /** The name of each column that is read, by what it is taken for. Columns without names have numbers from 1. */
  readonly columns: Readonly<Record<string, string>>
  /** The names of the other columns. */
  readonly ignored: readonly string[]
}

/** Reads values a page at a time, in the order of their lines, and reports malformed lines. */
export type TextReader<T> = (blocks: AsyncIterable<LineBlock>, report: ReportMalformed) => AsyncGenerator<T[]>

/** A reader of texts with one value per line; `parse` returns the value or the reason why the line is malformed. */
export function eachLine<T extends object>(parse: (line: string) => T | string): TextReader<T> {
  return async function* (blocks, report) {
    for await (const { first, lines } of blocks) {
      const page: T[] = []
      for (const [index, raw] of lines.entries()) {
        const line = withoutReturn(raw)
        if (line.trim() === '') continue
        const value = parse(line)
        if (typeof value === 'string') report(first + index, line, value)
        else page.push(value)
      }
      yield page
    }
  }
}

/** Whether most lines of the head can be parsed; a few may be malformed. */
export function mostLinesParse<T extends object>(
  head: readonly string[],
  parse: (line: string) => T | string,
): boolean {
  return head.filter((line) => typeof parse(line) !== 'string').length * 2 > head.length
}
