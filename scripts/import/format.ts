import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import { describeMalformedLine, type MalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { ImportReport } from '../../src/ratings/postgres-import.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'

export function formatImport(report: ImportReport): Result {
  const { batch, ratings, users, items, seconds, inserted, updated, unchanged } = report
  const read = `${formatNumber(ratings, 'rating')} of ${formatNumber(users, 'user')} on ${formatNumber(items, 'item')}`
  const pairs = `${formatCount(inserted)} new, ${formatCount(updated)} changed, ${formatCount(unchanged)} unchanged`
  return { document: report, text: `${read} in ${formatSeconds(seconds)}: ${pairs} (batch ${batch})` }
}

/** Lists skipped lines on stderr. */
export function logMalformed({ count, lines }: MalformedLines): void {
  if (count === 0) return
  logLine(`Skipped ${formatNumber(count, 'malformed line')}:`)
  for (const line of lines) logLine(describeMalformedLine(line))
  if (count > lines.length) logLine(`… and ${formatCount(count - lines.length)} more`)
}

function formatNumber(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
