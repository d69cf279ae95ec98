import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { rankingMeasures } from './ranking-metrics.ts'

/**
 * Ranking metrics of lists.
 *
 * @param lists items, best first: one list for each of `rows`, up to the largest cutoff
 * @param rows of `targets`, each with at least one target
 * @returns by metric, one value for each of `rows`
 * @throws RangeError if a metric is unknown
 */
export function measureLists(
  lists: readonly Int32Array[],
  rows: Int32Array,
  targets: CsrMatrix,
  metrics: readonly RankingMetric[],
): Map<RankingMetric, Float64Array> {
  const parsed = metrics.map((metric) => ({ metric, ...parseRankingMetric(metric) }))
  const values = new Map(metrics.map((metric) => [metric, new Float64Array(rows.length)]))
  const findHits = createHitFinder(targets)
  for (const [n, row] of rows.entries()) {
    const hits = findHits(row, lists[n]!)
    for (const { metric, measure, cutoff } of parsed)
      values.get(metric)![n] = rankingMeasures[measure](hits, rowLength(targets, row), cutoff)
  }
  return values
}

/** Marks the targets in a user's ranking; one array is reused for all users. */
function createHitFinder(targets: CsrMatrix): (row: number, items: Int32Array) => Uint8Array {
  const isTarget = new Uint8Array(targets.columns)
  return (row, items) => {
    const userTargets = rowIndices(targets, row)
    for (const item of userTargets) isTarget[item] = 1
    const hits = Uint8Array.from(items, (item) => isTarget[item]!)
    for (const item of userTargets) isTarget[item] = 0
    return hits
  }
}
