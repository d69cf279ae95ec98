/** How the fields of a table are separated, and whether they may be quoted. */
export interface Dialect {
  readonly delimiter: string
  readonly isQuoted: boolean
}

/** The fields of a record; `open` if a quoted field continues in the next line; or the reason why it is malformed. */
export type CsvRecord =
  | { readonly fields: readonly string[] }
  | { readonly open: true }
  | { readonly flaw: string }

/**
 * Splits a record as RFC 4180 does: a quote opens a quoted field only at the start of a field, and is a character like
 * any other elsewhere. Spaces around fields are dropped, except within quotes.
 */
export function splitRecord(text: string, { delimiter, isQuoted }: Dialect): CsvRecord {
  if (!isQuoted || !text.includes('"')) return { fields: splitPlain(text, delimiter) }
  const fields: string[] = []
  for (let at = 0; ; at++) {
    const start = skipSpaces(text, at, delimiter)
    if (text[start] === '"') {
      const quoted = readQuoted(text, start)
      if (quoted === undefined) return { open: true }
      fields.push(quoted.field)
      at = skipSpaces(text, quoted.end, delimiter)
      if (at < text.length && text[at] !== delimiter) return { flaw: unbalanced }
    } else {
      const next = text.indexOf(delimiter, at)
      const end = next < 0 ? text.length : next
      fields.push(text.slice(at, end).trim())
      at = end
    }
    if (at >= text.length) return { fields }
  }
}

export const unbalanced = 'the quotes are unbalanced'

function splitPlain(text: string, delimiter: string): readonly string[] {
  const fields = text.split(delimiter)
  return /\s/.test(text) ? fields.map((field) => field.trim()) : fields
}

function skipSpaces(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length && text[at] !== delimiter && /\s/.test(text[at]!)) at++
  return at
}

/** The quoted field that starts at `start`, and the place after its last quote; undefined if it is not closed. */
function readQuoted(text: string, start: number): { field: string; end: number } | undefined {
  let field = ''
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return undefined
    field += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { field, end: quote + 1 }
    field += '"'
    from = quote + 2
  }
}
