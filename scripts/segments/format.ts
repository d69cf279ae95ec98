import { formatCount, formatFixed, formatShare } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { rowOf, type Segment } from '../../src/segments/segmentation.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { FoundSegments } from './segments.ts'

export function formatSegments({ segmentation, catalog }: FoundSegments): Result {
  const { users, silhouette, stability, segments } = segmentation
  const summary = `${formatVersionName(segmentation)}: ${formatCount(users)} users in ${segments.length} segments, silhouette ${formatFixed(silhouette, 3)}, adjusted Rand index over seeds ${formatFixed(stability, 3)}`
  const titlesOf = ({ items }: Segment) =>
    items
      .slice(0, 3)
      .map(({ itemId }) => catalog.get(itemId)?.title ?? itemId)
      .join('; ')
  const rows = segments.map((segment) => [
    `${segment.segment} ${segment.name}`,
    formatCount(segment.users),
    formatShare(segment.share),
    titlesOf(segment),
  ])
  return {
    document: segmentation,
    text: [summary, '', formatTable(['segment', 'users', 'share', 'characteristic items'], rows)].join('\n'),
    rows: segments.map(rowOf),
  }
}
