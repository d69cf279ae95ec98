/**
 * Records as CSV (RFC 4180) for spreadsheets, with a line of column names: those of all records. A property of a nested
 * object is a column such as `attributes.year`, a list of single values is joined by bars. Text that a spreadsheet could
 * take for a formula gets an apostrophe before it (https://owasp.org/www-community/attacks/CSV_Injection). Without records and
 * columns the text is empty.
 *
 * @param columns the first columns, which are there even without records
 */
export function formatCsv(records: readonly object[], columns: readonly string[] = []): string {
  const rows = records.map((record) => new Map(cellsOf(record, '')))
  const names = [...new Set([...columns, ...rows.flatMap((row) => [...row.keys()])])]
  if (names.length === 0) return ''
  const lines = [names.map(safeText), ...rows.map((row) => names.map((name) => row.get(name) ?? ''))]
  return lines.map((cells) => `${cells.map(quoteCsv).join(',')}\r\n`).join('')
}

/** A field in quotes where it needs them. */
export function quoteCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function cellsOf(value: unknown, name: string): [name: string, text: string][] {
  if (typeof value !== 'object' || value === null) return [[name, textOf(value)]]
  if (value instanceof Date) return [[name, value.toISOString()]]
  if (Array.isArray(value)) return [[name, listOf(value)]]
  return Object.entries(value).flatMap(([key, part]) => cellsOf(part, name === '' ? key : `${name}.${key}`))
}

function listOf(values: readonly unknown[]): string {
  const areSingle = values.every((value) => typeof value !== 'object' || value === null)
  return safeText(areSingle ? values.map((value) => value ?? '').join('|') : JSON.stringify(values))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? safeText(value) : String(value ?? '')
}

/** Numbers are no formulas. */
function safeText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
}
