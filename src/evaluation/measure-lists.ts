import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { rankingMeasures } from './ranking-metrics.ts'

/**
 * Metrics of lists that are there already.
 *
 * @param lists items, best first: one list for each of `rows`, as long as the metrics look
 * @param rows of `targets`, each with at least one target
 * @returns by metric, one value for each of `rows`
 * @throws RangeError when a metric is unknown
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
    for (const { metric, measure, cutoff: places } of parsed)
      values.get(metric)![n] = rankingMeasures[measure](hits, rowLength(targets, row), places)
  }
  return values
}

/** Tells for each place of a user's ranking whether it holds a target; its memory is marked and wiped for each user. */
function createHitFinder(targets: CsrMatrix): (row: number, items: Int32Array) => Uint8Array {
  const isTarget = new Uint8Array(targets.columns)
  return (row, items) => {
    const own = rowIndices(targets, row)
    for (const item of own) isTarget[item] = 1
    const hits = Uint8Array.from(items, (item) => isTarget[item]!)
    for (const item of own) isTarget[item] = 0
    return hits
  }
}
