// Malformed lines are collected up to a limit; the next one stops reading.

/** A line that is not a rating, and why. */
export interface MalformedLine {
  readonly file: string
  /** Counted from 1, in the decompressed text. */
  readonly line: number
  /** The text of the line, truncated. */
  readonly text: string
  readonly reason: string
}

/** The input is not valid; the message states what was found, where, and what is expected. */
export class RatingsInputError extends Error {
  override readonly name = 'RatingsInputError'
}

/** What `action` returns; an error about the input also names the file. */
export function naming<T>(file: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    if (!(cause instanceof RatingsInputError)) throw cause
    throw new RatingsInputError(`${file}: ${cause.message}`, { cause })
  }
}

/**
 * Reports a malformed line.
 *
 * @param isFatal whether reading stops, because the lines after it would be read wrongly
 */
export type ReportMalformed = (line: number, text: string, reason: string, isFatal?: boolean) => void

/** Collects the malformed lines of one source, over all its files. */
export interface MalformedLines {
  readonly count: number
  /** The first hundred. */
  readonly lines: readonly MalformedLine[]
  reportIn(file: string): ReportMalformed
}

/**
 * Accepts up to `limit` malformed lines.
 *
 * Reporting one more throws a `RatingsInputError` that lists the collected lines.
 */
export function createMalformedLines(limit: number): MalformedLines {
  const lines: MalformedLine[] = []
  let count = 0
  return {
    get count() {
      return count
    },
    lines,
    reportIn:
      (file) =>
      (line, text, reason, isFatal = false) => {
        const malformed = { file, line, text: clip(text), reason }
        if (isFatal) throw new RatingsInputError(describeMalformedLine(malformed))
        count++
        if (lines.length < 100) lines.push(malformed)
        if (count > limit) throw new RatingsInputError(summarize(lines, count, limit))
      },
  }
}

/** `ratings.csv, line 12: the value is not a number: "1,2,x"` */
export function describeMalformedLine({ file, line, text, reason }: MalformedLine): string {
  return `${file}, line ${line}: ${reason}: ${JSON.stringify(text)}`
}

/** At most 120 characters of `text`. */
export function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function summarize(lines: readonly MalformedLine[], count: number, limit: number): string {
  const more = count > lines.length ? [`… and ${count - lines.length} more`] : []
  const found = limit === 0 ? 'A line is malformed' : `More lines are malformed than the ${limit} allowed`
  return [`${found}:`, ...lines.map(describeMalformedLine), ...more].join('\n')
}
