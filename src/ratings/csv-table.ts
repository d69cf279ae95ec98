import { readCsvRecords, splitCsvRecord } from './csv-records.ts'
import type { TextReader } from './text-format.ts'

/** Supported delimiters. */
const delimiters = [',', '\t', ';', '|']

/**
 * Matches a text whose first line contains the column names that `accept` needs, and parses the other lines with the
 * function that `accept` returns for these names.
 */
export function matchTable<T extends object>(
  head: readonly string[],
  accept: (names: readonly string[]) => ((fields: readonly string[]) => T | string) | undefined,
): TextReader<T> | undefined {
  for (const delimiter of delimiters) {
    const names = columnNames(head, delimiter)
    const parse = accept(names)
    if (parse !== undefined) return readTable(delimiter, names.length, parse)
  }
  return undefined
}

/** The column names in the first line, by the delimiter that yields the most columns. */
export function likelyColumnNames(head: readonly string[]): readonly string[] {
  return delimiters
    .map((delimiter) => columnNames(head, delimiter))
    .reduce((most, names) => (names.length > most.length ? names : most))
}

function columnNames(head: readonly string[], delimiter: string): readonly string[] {
  const fields = splitCsvRecord(head[0] ?? '', delimiter)
  return typeof fields === 'string' ? [] : fields.map((name) => name.trim())
}

function readTable<T extends object>(
  delimiter: string,
  width: number,
  parse: (fields: readonly string[]) => T | string,
): TextReader<T> {
  const parseRecord = (fields: readonly string[] | string) => {
    if (typeof fields === 'string') return fields
    return fields.length === width ? parse(fields) : `expected ${width} fields, found ${fields.length}`
  }
  return async function* (blocks, report) {
    let isHeader = true
    for await (const records of readCsvRecords(blocks, delimiter)) {
      const page: T[] = []
      for (const { line, text, fields } of isHeader ? records.slice(1) : records) {
        const value = parseRecord(fields)
        if (typeof value === 'string') report(line, text, value)
        else page.push(value)
      }
      isHeader &&= records.length === 0
      yield page
    }
  }
}
