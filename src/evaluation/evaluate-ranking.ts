import { rowsWithAtLeast } from '../interactions/csr/select.ts'
import { positiveRatings } from '../interactions/positives.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { measureLists } from './measure-lists.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { rankUsers } from './rank-users.ts'

export interface RankingOptions {
  /** Only targets rated at least this are positives; all targets are when absent. */
  readonly positiveThreshold?: number
  /** Users scored at once; by default as many as fit in 64 MiB of scores. */
  readonly batchSize?: number
  /** Receives the share of the users that are ranked, from 0 to 1. */
  onProgress?(share: number): void
}

/** A value of each metric for each evaluated user. */
export interface RankingEvaluation {
  /** The rows of the evaluated users in the held-out set: those with a target. */
  readonly rows: Int32Array
  /** By metric, one value for each of `rows`. */
  readonly values: ReadonlyMap<RankingMetric, Float64Array>
  /** The first items of each of `rows`, best first, up to the largest cutoff. */
  readonly lists: readonly Int32Array[]
}

/**
 * Evaluates how high a scorer ranks each held-out user's targets among all items outside the user's history.
 *
 * @throws RangeError if no user has a target, a metric is unknown, the numbers of items differ, or a score is NaN
 */
export async function evaluateRanking(
  scorer: Scorer,
  heldOut: HeldOut,
  metrics: readonly RankingMetric[],
  { positiveThreshold = Number.NEGATIVE_INFINITY, batchSize, onProgress }: RankingOptions = {},
): Promise<RankingEvaluation> {
  const maxCutoff = Math.max(0, ...metrics.map((metric) => parseRankingMetric(metric).cutoff))
  const targets = positiveRatings(heldOut.targets, positiveThreshold)
  const rows = rowsWithAtLeast(targets, 1)
  if (rows.length === 0)
    throw new RangeError(
      `None of ${targets.rows} held-out users has a target rated ${positiveThreshold} or more`,
    )
  const lists: Int32Array[] = []
  for await (const { items } of rankUsers(scorer, heldOut, rows, maxCutoff, batchSize)) {
    lists.push(items)
    onProgress?.(lists.length / rows.length)
  }
  return { rows, values: measureLists(lists, rows, targets, metrics), lists }
}

/** The mean over users of each metric, with its standard error. */
export function summarizeRanking({ values }: RankingEvaluation): Record<RankingMetric, Estimate> {
  return Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)]))
}
