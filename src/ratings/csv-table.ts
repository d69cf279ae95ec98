import { type Dialect, splitRecord, unbalanced } from './csv-records.ts'
import type { GrowingPage } from './page.ts'
import type { Match, Parsed, TextReader } from './text-format.ts'
import { type LineBlock, withoutReturn } from './text-lines.ts'

/** The first rows of a table. */
export interface TableHead {
  /** The names of the columns. */
  readonly names: readonly string[]
  /** The first values of the column with number `column`, from 0. */
  sample(column: number): readonly string[]
}

/** How the rows of a table are parsed, and what its columns are taken for. */
export interface TableParser<T> extends Omit<Match<T>, 'read'> {
  readonly parse: (fields: readonly string[]) => Parsed<T>
  /** A fast path for rows of the simplest kind, for a delimiter; the others are left to `parse`. */
  readonly plainParser?: (delimiter: string) => PlainParser<T>
  /** Whether a row has the column names of another table. */
  readonly isHeader?: (fields: readonly string[]) => boolean
}

/** Parses lines of the simplest kind into pages of its own. */
export interface PlainParser<T, P extends GrowingPage<T> = GrowingPage<T>> {
  newPage(): P
  /**
   * Adds the value in the line of `bytes` from `start` to `end` to the page; returns false if the line is malformed, is a
   * header, or is not of the simplest kind.
   */
  parse(bytes: Uint8Array, start: number, end: number, page: P): boolean
}

/**
 * Matches a text whose first line contains the column names that `accept` needs, and parses the other lines with the
 * parser that `accept` returns for these names.
 */
export function matchTable<T extends object>(
  head: readonly string[],
  accept: (table: TableHead) => TableParser<T> | undefined,
): Match<T> | undefined {
  for (const delimiter of delimiters) {
    const dialect = dialectOf(head[0] ?? '', delimiter)
    const names = columnNames(head, dialect)
    const table = accept({ names, sample: sampler(head.slice(1), dialect, names.length) })
    if (table === undefined) continue
    const { parse, plainParser, isHeader, ...taken } = table
    const plain = plainParser?.(delimiter)
    return {
      ...taken,
      read: readTable(dialect, { width: names.length, header: names, parse, plain, isHeader }),
    }
  }
  return undefined
}

/** Supported delimiters. */
const delimiters = [',', '\t', ';', '|']

/** The column names in the first line, by the delimiter that yields the most columns. */
export function likelyColumnNames(head: readonly string[]): readonly string[] {
  return delimiters
    .map((delimiter) => columnNames(head, dialectOf(head[0] ?? '', delimiter)))
    .reduce((most, names) => (names.length > most.length ? names : most))
}

/** Fields that are separated by tabs are quoted only if all fields of the first line are. */
export function dialectOf(line: string, delimiter: string): Dialect {
  const isQuoted = delimiter !== '\t' || line.split('\t').every((field) => /^"[^"]*"$/.test(field.trim()))
  return { delimiter, isQuoted }
}

/** The first values of a column, from the lines that have `width` fields. */
export function sampler(
  lines: readonly string[],
  dialect: Dialect,
  width: number,
): (column: number) => readonly string[] {
  const rows = lines.flatMap((line) => {
    const record = splitRecord(line, dialect)
    return 'fields' in record && record.fields.length === width ? [record.fields] : []
  })
  return (column) => rows.map((fields) => fields[column]!)
}

interface Table<T> {
  readonly width: number
  /** The column names in the first line; absent where the first line is a row. */
  readonly header?: readonly string[]
  readonly parse: (fields: readonly string[]) => Parsed<T>
  readonly plain?: PlainParser<T> | undefined
  readonly isHeader?: ((fields: readonly string[]) => boolean) | undefined
}

/**
 * Reads rows; a quoted field may contain delimiters, quotes and line ends. Of a record of several lines that is not a
 * valid row only the first line is malformed, as a stray quote has nothing to do with the lines after it. The header may
 * be repeated, as in concatenated files; another header stops the reading.
 */
export function readTable<T extends object>(
  dialect: Dialect,
  { width, header, parse, plain, isHeader = () => false }: Table<T>,
): TextReader<T> {
  return async function* (blocks, { malformed, unrated }) {
    let open: Line[] = []
    const newPage = (): GrowingPage<T> => plain?.newPage() ?? []
    let page = newPage()
    let end = '\n'
    const parseFields = (fields: readonly string[]): Parsed<T> =>
      fields.length === width ? parse(fields) : `expected ${width} fields, found ${fields.length}`
    const settle = (isLast: boolean): void => {
      const { line, text: firstText } = open[0]!
      const text = withoutReturn(open.length === 1 ? firstText : open.map((part) => part.text).join(end))
      const record = splitRecord(text, dialect)
      if ('open' in record && !isLast && open.length < maxLinesPerRecord) return
      const others = open.slice(1)
      open = []
      if ('fields' in record) {
        if (header !== undefined && areEqual(record.fields, header)) return
        if (isHeader(record.fields)) malformed(line, text, anotherHeader, true)
      }
      const value = 'fields' in record ? parseFields(record.fields) : unbalanced
      if (value === undefined) unrated()
      else if (typeof value !== 'string') page.push(value)
      else {
        malformed(line, withoutReturn(firstText), others.length > 0 ? unbalanced : value)
        for (const other of others) take(other)
      }
    }
    const take = (line: Line): void => {
      if (open.length === 0 && line.text.trim() === '') return
      open.push(line)
      settle(false)
    }
    for await (const block of blocks) {
      end = block.end
      const isPlain = open.length === 0 && !(dialect.isQuoted && block.bytes.includes(quote))
      if (plain !== undefined && isPlain) takePlain(block, plain, page, take)
      else for (const [index, text] of block.lines.entries()) take({ line: block.first + index, text })
      yield page
      page = newPage()
    }
    while (open.length > 0) settle(true)
    yield page
  }
}

const quote = 34
const carriageReturn = 13

/** Parses the lines of a block that has no quotes, and passes those that are not of the simplest kind to `take`. */
function takePlain<T>(
  block: LineBlock,
  { parse }: PlainParser<T>,
  page: GrowingPage<T>,
  take: (line: Line) => void,
): void {
  const { bytes } = block
  const separator = block.end.charCodeAt(0)
  let line = block.first
  for (let start = 0; start <= bytes.length; line++) {
    const next = bytes.indexOf(separator, start)
    const end = next < 0 ? bytes.length : next
    const isParsed = parse(bytes, start, bytes[end - 1] === carriageReturn ? end - 1 : end, page)
    if (!isParsed) take({ line, text: block.textOf(start, end) })
    start = end + 1
  }
}

interface Line {
  readonly line: number
  readonly text: string
}

// Limits the work for a quote that is never closed.
const maxLinesPerRecord = 100

function columnNames(head: readonly string[], dialect: Dialect): readonly string[] {
  const record = splitRecord(head[0] ?? '', dialect)
  return 'fields' in record ? record.fields : []
}

const anotherHeader =
  'this is a header, but not that of the first line, so that the lines after it may have other columns; import the parts as separate files'

function areEqual(fields: readonly string[], header: readonly string[]): boolean {
  if (fields[0] !== header[0]) return false
  return fields.length === header.length && fields.every((field, column) => field === header[column])
}
