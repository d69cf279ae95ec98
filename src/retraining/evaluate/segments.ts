// Metrics by activity of the users and by popularity of the items.
import type { RankingEvaluation } from '../../evaluation/evaluate-ranking.ts'
import { measureLists } from '../../evaluation/measure-lists.ts'
import { popularityDeciles } from '../../evaluation/popularity-deciles.ts'
import { userSegments } from '../../evaluation/user-segments.ts'
import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import type { HeldOut } from '../../splits/split.ts'
import { estimateMean } from '../../statistics/estimate.ts'
import type { MetricSummary, Segment } from '../result.ts'

export interface SegmentedEvaluation {
  /** With lists of at least 100 items, for ndcg@100. */
  readonly evaluation: Pick<RankingEvaluation, 'rows' | 'lists'>
  readonly heldOut: HeldOut
  /** A target with at least this rating is positive. */
  readonly positiveThreshold: number
  /** users × items: the training part. */
  readonly train: CsrMatrix
}

/** Thirds of the evaluated users by the length of their history. */
export function segmentsByActivity({
  evaluation,
  heldOut,
  positiveThreshold,
  train,
}: SegmentedEvaluation): Segment[] {
  const { rows, lists } = evaluation
  const [recall, ndcg] = measure(lists, rows, positiveRatings(heldOut.targets, positiveThreshold))
  return userSegments(heldOut, rows, train)
    .slice(0, 3)
    .filter(({ users }) => users.length > 0)
    .map(({ name, users }) => {
      const lengths = users.map((user) => rowLength(heldOut.histories, rows[user]!))
      return {
        name: `${name}: ${rangeOf(lengths)} ratings`,
        users: users.length,
        recall: summarize(users.map((user) => recall[user]!)),
        ndcg: summarize(users.map((user) => ndcg[user]!)),
      }
    })
}

/**
 * Popularity deciles of the items: metrics over the users' targets in each decile, averaged over the users with such a
 * target. A decile without targets is omitted.
 */
export function segmentsByPopularity({
  evaluation,
  heldOut,
  positiveThreshold,
  train,
}: SegmentedEvaluation): Segment[] {
  const deciles = popularityDeciles(train)
  const positives = positiveRatings(heldOut.targets, positiveThreshold)
  return Array.from({ length: 10 }, (_, decile) => {
    const targets = filterEntries(positives, (_user, item) => deciles[item] === decile)
    const users = [...evaluation.rows.keys()].filter((n) => rowLength(targets, evaluation.rows[n]!) > 0)
    const rows = Int32Array.from(users, (n) => evaluation.rows[n]!)
    const lists = users.map((n) => evaluation.lists[n]!)
    const [recall, ndcg] = measure(lists, rows, targets)
    return { name: decileName(decile), users: rows.length, recall: summarize(recall), ndcg: summarize(ndcg) }
  }).filter(({ users }) => users > 0)
}

function rangeOf(lengths: readonly number[]): string {
  const [min, max] = [Math.min(...lengths), Math.max(...lengths)]
  return min === max ? String(min) : `${min} to ${max}`
}

function decileName(decile: number): string {
  if (decile === 0) return '1 (most rated)'
  return decile === 9 ? '10 (least rated)' : String(decile + 1)
}

function measure(lists: readonly Int32Array[], rows: Int32Array, targets: CsrMatrix) {
  const values = measureLists(lists, rows, targets, ['recall@20', 'ndcg@100'])
  return [values.get('recall@20')!, values.get('ndcg@100')!] as const
}

/** The interval is ± 1.96 standard errors, clipped to [0, 1]; for a single user it is [0, 1]. */
function summarize(values: ArrayLike<number>): MetricSummary {
  const { mean, standardError } = estimateMean(values)
  const radius = values.length < 2 ? 1 : 1.96 * standardError
  return { mean, low: Math.max(0, mean - radius), high: Math.min(1, mean + radius) }
}
