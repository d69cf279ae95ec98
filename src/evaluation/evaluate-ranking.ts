import { rowsWithAtLeast } from '../interactions/csr/select.ts'
import { positiveRatings } from '../interactions/positives.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { measureLists } from './measure-lists.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { rankUsers } from './rank-users.ts'

export interface RankingOptions {
  /** Only targets rated at least this count; all of them when absent. */
  readonly positiveThreshold?: number
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
  { positiveThreshold = Number.NEGATIVE_INFINITY, batchSize }: RankingOptions = {},
): Promise<RankingEvaluation> {
  const places = Math.max(0, ...metrics.map((metric) => parseRankingMetric(metric).cutoff))
  const targets = positiveRatings(heldOut.targets, positiveThreshold)
  const rows = rowsWithAtLeast(targets, 1)
  if (rows.length === 0)
    throw new RangeError(
      `None of ${targets.rows} held-out users has a target rated ${positiveThreshold} or more`,
    )
  const lists: Int32Array[] = []
  for await (const { items } of rankUsers(scorer, heldOut, rows, places, batchSize)) lists.push(items)
  return { rows, values: measureLists(lists, rows, targets, metrics), lists }
}

/** The mean over users of each metric, with its standard error. */
export function summarizeRanking({ values }: RankingEvaluation): Record<RankingMetric, Estimate> {
  return Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)]))
}
