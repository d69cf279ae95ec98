import { formatCount, formatFixed, formatShare } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { rowOf, type Segment } from '../../src/segments/segmentation.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { FoundSegments } from './segments.ts'

export function formatSegments({ segmentation, usersWithoutSegment, catalog }: FoundSegments): Result {
  const { users, silhouette, stability, segments } = segmentation
  const summary = `${formatVersionName(segmentation)}: ${formatCount(users)} users in ${segments.length} ${segments.length === 1 ? 'segment' : 'segments'}, silhouette ${formatFixed(silhouette, 3)}, adjusted Rand index over seeds ${formatFixed(stability, 3)}`
  return {
    document: { ...segmentation, usersWithoutSegment },
    text: [
      summary,
      `Users without a segment, as the model cannot rank by their ratings: ${formatCount(usersWithoutSegment)}`,
      '',
      ...formatList(segments, catalog),
    ].join('\n'),
    rows: segments.map(rowOf),
  }
}

/** The titles of the items are the last column; they are too long to be aligned. */
function formatList(segments: readonly Segment[], catalog: FoundSegments['catalog']): string[] {
  const [head, rule, ...rows] = formatTable(
    ['segment', 'users', 'share'],
    segments.map(({ segment, name, users, share }) => [
      `${segment} ${name}`,
      formatCount(users),
      formatShare(share),
    ]),
  ).split('\n')
  const titlesOf = ({ items }: Segment) =>
    items.slice(0, 3).map(({ itemId }) => catalog.get(itemId)?.title ?? itemId)
  return [
    `${head}  characteristic items`,
    rule!,
    ...rows.map((row, n) => `${row}  ${titlesOf(segments[n]!).join('; ')}`),
  ]
}
