import { formatCount, formatNumber, formatShare } from '../../src/pages/numbers.ts'
import type { ValueBin } from '../../src/ratings/postgres-value-counts.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import { formatReading } from './format.ts'
import type { Previewed } from './import-ratings.ts'

export function formatPreview(preview: Previewed): Result {
  const { ratings, users, items, newUsers, newItems, inserted, updated, unchanged } = preview
  const warnings = warningsOf(preview)
  const read = `${formatNumber(ratings, 'rating')} of ${formatNumber(users, 'user')} (${formatCount(newUsers)} new) on ${formatNumber(items, 'item')} (${formatCount(newItems)} new)`
  const pairs = `${formatCount(inserted)} new, ${formatCount(updated)} changed, ${formatCount(unchanged)} unchanged`
  const lines = [
    `Dry run, nothing was changed. An import would read ${read}: ${pairs}`,
    ...formatReading(preview),
    ...(preview.itemsRead > 0 ? [`Items with titles and attributes: ${formatCount(preview.itemsRead)}`] : []),
    '',
    formatSample(preview.sample),
    '',
    formatHistogram(preview.histogram),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ]
  return { document: { dryRun: true, ...preview, warnings }, text: lines.join('\n') }
}

/** What is valid and rarely intended. */
function warningsOf({
  ratings,
  users,
  repeated,
  usersWithOneRating,
  withoutTime,
  inFuture,
  values,
  files,
}: Previewed): string[] {
  const isConstant = values.lowest === values.highest && ratings > 1
  const readsValues = files.some(
    ({ columns }) => 'user' in columns && ('value' in columns || 'kind' in columns),
  )
  return [
    ...(usersWithOneRating * 2 >= users && users > 1
      ? [
          `${formatShare(usersWithOneRating / users)} of the users have rated one item only; nothing can be learned or measured from a single rating`,
        ]
      : []),
    ...(repeated > 0
      ? [
          `${ratingsThat(repeated, 'repeats', 'repeat')} the user and item of another one; only the one that counts is stored`,
        ]
      : []),
    ...(inFuture > 0 ? [`${ratingsThat(inFuture, 'has', 'have')} a time in the future`] : []),
    ...(withoutTime > 0 && withoutTime < ratings
      ? [
          `${ratingsThat(withoutTime, 'has', 'have')} no time, and ${withoutTime === 1 ? 'counts' : 'count'} as older than all others`,
        ]
      : []),
    ...(isConstant && readsValues
      ? [`all values are ${values.lowest}: the column of values may be the wrong one`]
      : []),
  ]
}

function ratingsThat(count: number, verb: string, plural: string): string {
  return `${formatNumber(count, 'rating')} ${count === 1 ? verb : plural}`
}

function formatSample(sample: readonly RatingEvent[]): string {
  const rows = sample.map(({ userId, itemId, value, time, kind = 'rating' }) => [
    userId,
    itemId,
    String(value),
    time === undefined ? '' : new Date(time * 1000).toISOString(),
    kind,
  ])
  return formatTable(['user', 'item', 'value', 'time', 'kind'], rows)
}

function formatHistogram(histogram: readonly ValueBin[]): string {
  const most = Math.max(...histogram.map(({ count }) => count))
  const rows = histogram.map(({ from, to, count }) => [
    from === to ? String(from) : `${shortNumber(from)} to ${shortNumber(to)}`,
    formatCount(count),
    '█'.repeat(Math.ceil((30 * count) / most)).padEnd(30),
  ])
  return formatTable(['value', 'ratings', ''], rows)
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}
