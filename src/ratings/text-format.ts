import type { ReportMalformed } from './malformed-lines.ts'
import type { Page } from './page.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { type LineBlock, withoutReturn } from './text-lines.ts'

/** A text format of values of type `T` (ratings, items), one or more per line. */
export interface TextFormat<T> {
  /** The value of `--format`; several shapes of one data set may share it. */
  readonly id: string
  /** Shown to users. */
  readonly name: string
  /** Data sets that are published in this format, where its name does not name them. */
  readonly dataSets?: readonly string[]
  /** Whether bytes that are not UTF-8 are read as Latin-1; by default they make a line malformed. */
  readonly isLatin1?: boolean
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
  /** Which rows have no rating, where the format has such rows, as in "a rating of 0 means not rated". */
  readonly unrated?: string
}

/** Reads values a page at a time, in the order of their lines. */
export type TextReader<T> = (blocks: AsyncIterable<LineBlock>, reading: Reading) => AsyncGenerator<Page<T>>

/** The file that is being read. */
export interface Reading {
  /** Its name, without its folder. */
  readonly file: string
  readonly malformed: ReportMalformed
  /** Counts a row that is valid and has no rating. */
  unrated(): void
}

/** Starts to read: states how the file is read, and returns what its reader needs. */
export type StartReading = (format: string, taken: TakenColumns) => Reading

/** A value, the reason why its line is malformed, or undefined for a row without a rating. */
export type Parsed<T> = T | string | undefined

/** A reader of texts with one value per line. */
export function eachLine<T extends object>(parse: (line: string) => Parsed<T>): TextReader<T> {
  return async function* (blocks, { malformed, unrated }) {
    for await (const { first, lines } of blocks) {
      const page: T[] = []
      for (const [index, raw] of lines.entries()) {
        const line = withoutReturn(raw)
        if (line.trim() === '') continue
        const value = parse(line)
        if (typeof value === 'string') malformed(first + index, line, value)
        else if (value === undefined) unrated()
        else page.push(value)
      }
      yield page
    }
  }
}

/** Whether most lines of the head can be parsed; a few may be malformed. */
export function mostLinesParse<T extends object>(
  head: readonly string[],
  parse: (line: string) => Parsed<T>,
): boolean {
  return head.filter((line) => typeof parse(line) !== 'string').length * 2 > head.length
}
