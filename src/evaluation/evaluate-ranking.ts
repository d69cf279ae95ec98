import { type CsrMatrix, filterEntries, rowLength } from '../interactions/csr-matrix.ts'
import { rowsWithAtLeast } from '../interactions/rows-with-at-least.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { rankUsers } from './rank-users.ts'
import { rankingMeasures } from './ranking-metrics.ts'

export interface RankingOptions {
  /** Only targets rated at least this count; all of them when absent. */
  readonly positiveFrom?: number
  /** Users scored at once; by default as many as keep the scores at 64 MiB. */
  readonly batchSize?: number
}

/** A value of every metric for every user judged. */
export interface RankingEvaluation {
  /** Row in the held-out set of each user judged: those with a target. */
  readonly rows: Int32Array
  /** By metric, one value for each of `rows`. */
  readonly values: ReadonlyMap<RankingMetric, Float64Array>
  /** The first items of each of `rows`, best first, as many as the metrics look at. */
  readonly lists: readonly Int32Array[]
}

/**
 * Judges a scorer by how high it ranks each held-out user's targets among all items outside the user's history.
 *
 * @throws RangeError when no user has a target, a metric is unknown, the scorer's items are not the data's or a score
 *   is NaN.
 */
export async function evaluateRanking(
  scorer: Scorer,
  heldOut: HeldOut,
  metrics: readonly RankingMetric[],
  { positiveFrom = Number.NEGATIVE_INFINITY, batchSize }: RankingOptions = {},
): Promise<RankingEvaluation> {
  const parsed = metrics.map((metric) => ({ metric, ...parseRankingMetric(metric) }))
  const threshold = Math.fround(positiveFrom) // the ratings are 32-bit floats
  const targets = filterEntries(heldOut.targets, (_user, _item, value) => value >= threshold)
  const rows = rowsWithAtLeast(targets, 1)
  if (rows.length === 0)
    throw new RangeError(`None of ${targets.rows} held-out users has a target rated ${positiveFrom} or more`)
  const values = new Map(metrics.map((metric) => [metric, new Float64Array(rows.length)]))
  const places = Math.max(0, ...parsed.map((metric) => metric.places))
  const findHits = createHitFinder(targets)
  const lists: Int32Array[] = []
  for await (const { row, items } of rankUsers(scorer, heldOut, rows, places, batchSize)) {
    const hits = findHits(row, items)
    for (const { metric, measure, places } of parsed)
      values.get(metric)![lists.length] = rankingMeasures[measure](hits, rowLength(targets, row), places)
    lists.push(items)
  }
  return { rows, values, lists }
}

/** The mean over users of each metric, with its standard error. */
export function summarizeRanking({ values }: RankingEvaluation): Record<RankingMetric, Estimate> {
  return Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)]))
}

/** Tells for each place of a user's ranking whether it holds a target; its memory is marked and wiped for each user. */
function createHitFinder(targets: CsrMatrix): (row: number, items: Int32Array) => Uint8Array {
  const isTarget = new Uint8Array(targets.columns)
  return (row, items) => {
    const own = targets.indices.subarray(targets.offsets[row], targets.offsets[row + 1])
    for (const item of own) isTarget[item] = 1
    const hits = Uint8Array.from(items, (item) => isTarget[item]!)
    for (const item of own) isTarget[item] = 0
    return hits
  }
}
