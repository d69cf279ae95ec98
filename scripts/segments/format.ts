import { formatCount, formatFixed, formatShare } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { rowOf, type Segment, type Segmentation } from '../../src/segments/segmentation.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

export function formatSegments(segmentation: Omit<Segmentation, 'createdAt'>): Result {
  const { users, silhouette, stability, segments } = segmentation
  const summary = `${formatVersionName(segmentation)}: ${formatCount(users)} users in ${segments.length} segments, silhouette ${formatFixed(silhouette, 3)}, adjusted Rand index over seeds ${formatFixed(stability, 3)}`
  const rows = segments.map((segment) => [
    `${segment.segment} ${segment.name}`,
    formatCount(segment.users),
    formatShare(segment.share),
    listOf(segment),
  ])
  return {
    document: segmentation,
    text: [summary, '', formatTable(['segment', 'users', 'share', 'characteristic items'], rows)].join('\n'),
    rows: segments.map(rowOf),
  }
}

function listOf({ items }: Segment): string {
  return items
    .slice(0, 5)
    .map(({ itemId }) => itemId)
    .join(', ')
}
