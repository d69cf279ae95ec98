import { formatCount } from '../../src/pages/numbers.ts'
import type { Batch, BatchChange, BatchContent } from '../../src/ratings/batches.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

export function formatBatches(batches: readonly Batch[]): Result {
  const rows = batches.map((batch) => [
    String(batch.id),
    nameOf(batch),
    formatTime(batch.receivedAt),
    batch.counts ? formatCount(batch.counts.inserted) : '',
    batch.counts ? formatCount(batch.counts.updated) : '',
    formatCount(batch.current),
    batch.status,
  ])
  return {
    document: { batches },
    rows: batches,
    columns: ['id', 'source', 'day', 'status', 'reason', 'receivedAt', 'changedAt', 'current', 'inHistory'],
    text:
      rows.length === 0
        ? 'There are no ratings yet.'
        : formatTable(['id', 'source', 'received', 'new', 'changed', 'current now', 'status'], rows),
  }
}

export function formatBatch(batch: Batch & { readonly content: BatchContent }): Result {
  const { counts, content } = batch
  const lines = [
    `Batch ${batch.id}: ${nameOf(batch)}, ${formatTime(batch.receivedAt)}, ${batch.status}${changeOf(batch)}`,
    ...(counts
      ? [
          `${formatCount(counts.ratings)} ratings read: ${formatCount(counts.inserted)} new, ` +
            `${formatCount(counts.updated)} changed, ${formatCount(counts.unchanged)} unchanged`,
        ]
      : []),
    `${formatCount(batch.current)} are current now, ${formatCount(batch.inHistory)} more are kept in the history`,
    ...(content.lowest === null
      ? []
      : [
          `${formatCount(content.users)} users, ${formatCount(content.items)} items, values from ${content.lowest} to ${content.highest}`,
        ]),
    ...(content.since && content.until
      ? [`rated from ${formatTime(content.since)} to ${formatTime(content.until)}`]
      : []),
  ]
  return { document: batch, text: lines.join('\n') }
}

export function formatChange(change: BatchChange): Result {
  const { id, status, inserted, replaced, removed } = change
  const effects = [
    ...(removed > 0 ? [`${formatCount(removed)} ratings are gone`] : []),
    ...(replaced > 0 ? [`${formatCount(replaced)} have another value`] : []),
    ...(inserted > 0 ? [`${formatCount(inserted)} are back`] : []),
  ]
  const effect = effects.length > 0 ? effects.join(', ') : 'no current rating has changed'
  return { document: change, text: `Batch ${id} is ${status}: ${effect}` }
}

function nameOf({ source, day }: Batch): string {
  return day === null ? source : `${source} ${day}`
}

function changeOf({ changedAt, reason }: Batch): string {
  if (changedAt === null) return ''
  return ` since ${formatTime(changedAt)}${reason === null ? '' : `: ${reason}`}`
}

function formatTime(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}
