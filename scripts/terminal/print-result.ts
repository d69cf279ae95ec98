import { Option } from 'commander'
import { formatCsv } from '../../src/pages/csv.ts'

/** What a command prints: a document for programs, and the same as text. */
export interface Result {
  readonly document: unknown
  readonly text: string
  /** The entries of the document's list, for spreadsheets; absent if it has none. */
  readonly rows?: readonly object[]
  /** The columns that every row has; a list that may be empty states them. */
  readonly columns?: readonly string[]
}

/** The option of commands that print a list. */
export function csvOption(): Option {
  return new Option('--csv', 'print the entries as CSV, for spreadsheets').conflicts('json')
}

/** Prints the document as one line of JSON with `json`, the rows as CSV with `csv`, else the text. */
export function printResult({ document, text, rows, columns }: Result, json?: boolean, csv?: boolean): void {
  if (csv && rows !== undefined) process.stdout.write(formatCsv(rows, columns))
  else console.log(json ? JSON.stringify(document) : text)
}
