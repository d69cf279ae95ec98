import { pythonToJson } from './python-literals.ts'

/** The object in a line of JSON lines, or of dictionaries as Python prints them; undefined if there is none. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  // a byte order mark within the text is from a concatenated file
  const text = line.startsWith('\uFEFF') ? line.slice(1) : line
  try {
    const value: unknown = JSON.parse(pythonToJson(text) ?? text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** An id that is text or a whole number; undefined for anything else. */
export function idText(id: unknown): string | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? String(id) : undefined
  if (typeof id !== 'string') return undefined
  // half a surrogate pair becomes U+FFFD, which no id may contain
  return /\p{Surrogate}/u.test(id) ? Buffer.from(id).toString() : id
}

/**
 * A number or string as text, a missing value as empty text, and any other value as a text that is neither a number
 * nor a time.
 */
export function scalarText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value)
}
