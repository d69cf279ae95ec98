import { formatCount, formatNumber, formatSeconds } from '../../src/pages/numbers.ts'
import { describeMalformedLine, type MalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { ReadAs } from '../../src/ratings/read-file.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'
import type { FilesRead, Imported } from './import-ratings.ts'
import type { ValueSummary } from './observe-ratings.ts'

export function formatImport(report: Imported): Result {
  const { batch, ratings, users, items, seconds, inserted, updated, unchanged } = report
  const read = `${formatNumber(ratings, 'rating')} of ${formatNumber(users, 'user')} on ${formatNumber(items, 'item')}`
  const pairs = `${formatCount(inserted)} new, ${formatCount(updated)} changed, ${formatCount(unchanged)} unchanged`
  const lines = [`${read} in ${formatSeconds(seconds)}: ${pairs} (batch ${batch})`, ...formatReading(report)]
  return { document: report, text: lines.join('\n') }
}

/** How the files were read, and what the values are. */
export function formatReading({ files, unused, values }: FilesRead): string[] {
  return [
    ...files.map(formatFile),
    ...files.flatMap(formatUnrated),
    formatValues(values),
    ...(unused.length === 0
      ? []
      : [`Files not used: ${listUpTo(12, unused)} (--items <file> names a file of items)`]),
  ]
}

/** `ratings.csv: user userId, item movieId, value rating, time timestamp; ignored: tag` */
function formatFile({ file, columns, ignored }: ReadAs): string {
  const taken = Object.entries(columns).map(([role, column]) => `${role} = ${column}`)
  const value = 'user' in columns && !('value' in columns) && !('kind' in columns) ? ['every value = 1'] : []
  const others = ignored.length === 0 ? '' : `; ignored: ${listUpTo(12, ignored)}`
  return `${file}: ${[...taken, ...value].join(', ')}${others}`
}

/** `Left out: 716 without a rating (a Book-Rating of 0 means not rated)` */
function formatUnrated({ unrated }: ReadAs): string[] {
  if (unrated === undefined || unrated.count === 0) return []
  return [`Left out: ${formatCount(unrated.count)} without a rating (${unrated.reason})`]
}

function formatValues({ lowest, highest, distinct, feedback, positiveThreshold }: ValueSummary): string {
  const count = distinct === null ? 'more than 1,000 different' : `${formatCount(distinct)} different`
  const meaning =
    feedback === 'explicit' ? 'ratings on a scale (explicit)' : 'events or quantities (implicit)'
  const range = lowest === highest ? `all ${lowest}` : `${lowest} to ${highest}, ${count}`
  return `Values: ${range}; read as ${meaning}, positive from ${positiveThreshold}`
}

function listUpTo(limit: number, names: readonly string[]): string {
  const more = names.length > limit ? ` and ${names.length - limit} more` : ''
  return names.slice(0, limit).join(', ') + more
}

/** Lists skipped lines on stderr. */
export function logMalformed({ count, lines }: MalformedLines): void {
  if (count === 0) return
  logLine(`Skipped ${formatNumber(count, 'malformed line')}:`)
  for (const line of lines) logLine(describeMalformedLine(line))
  if (count > lines.length) logLine(`… and ${formatCount(count - lines.length)} more`)
}
