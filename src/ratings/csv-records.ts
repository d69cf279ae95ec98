// Records of comma-separated values (RFC 4180) with their line numbers. Records without quotes are split directly, which
// makes ratings several times as fast to read; csv-parse parses the others, a block at a time.
import { parse } from 'csv-parse/sync'
import type { LineBlock } from './text-lines.ts'

/** One record: its fields, or the reason why it is malformed. */
export interface CsvRecord {
  /** The number of its first line. */
  readonly line: number
  readonly text: string
  readonly fields: readonly string[] | string
}

/**
 * Reads records a block at a time; a quoted field may hold delimiters, quotes and line ends. Empty lines are
 * skipped.
 */
export async function* readCsvRecords(
  blocks: AsyncIterable<LineBlock>,
  delimiter: string,
): AsyncGenerator<CsvRecord[]> {
  let open: Line[] = []
  let isQuoteOpen = false
  for await (const { first, lines } of blocks) {
    const records: Line[] = []
    for (const [index, text] of lines.entries()) {
      open.push({ line: first + index, text })
      if (text.includes('"') && text.split('"').length % 2 === 0) isQuoteOpen = !isQuoteOpen
      if (isQuoteOpen && open.length < maxLinesPerRecord) continue
      if (isQuoteOpen) records.push(...open)
      else records.push(join(open))
      open = []
      isQuoteOpen = false
    }
    yield splitRecords(records, delimiter)
  }
  yield splitRecords(open, delimiter)
}

/** The fields of a text that is one record, or the reason why it is malformed. */
export function splitCsvRecord(text: string, delimiter: string): readonly string[] | string {
  return text.includes('"') ? parseEach([text], delimiter)[0]! : text.split(delimiter)
}

type Line = Pick<CsvRecord, 'line' | 'text'>

// Limits the damage of a quote that is never closed: after this many lines each line is a record.
const maxLinesPerRecord = 100

function join(lines: readonly Line[]): Line {
  if (lines.length === 1) return lines[0]!
  return { line: lines[0]!.line, text: lines.map(({ text }) => text).join('\n') }
}

function splitRecords(lines: readonly Line[], delimiter: string): CsvRecord[] {
  const texts = lines.map(({ text }) => text).filter((text) => text.includes('"'))
  const parsed = texts.length === 0 ? [] : parseTogether(texts, delimiter)
  let next = 0
  return lines
    .filter(({ text }) => text !== '')
    .map(({ line, text }) => ({
      line,
      text,
      fields: text.includes('"') ? parsed[next++]! : text.split(delimiter),
    }))
}

function parseTogether(texts: readonly string[], delimiter: string): readonly (readonly string[] | string)[] {
  try {
    const records = parseCsv(texts.join('\n'), delimiter)
    if (records.length === texts.length) return records
  } catch {
    // one record is malformed: parse each separately to find it
  }
  return parseEach(texts, delimiter)
}

function parseEach(texts: readonly string[], delimiter: string): (readonly string[] | string)[] {
  return texts.map((text) => {
    try {
      return parseCsv(text, delimiter)[0]!
    } catch {
      return 'the quotes are unbalanced'
    }
  })
}

function parseCsv(text: string, delimiter: string): string[][] {
  return parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true, trim: true })
}
