// The shares of the parts of a blend, by a grid over all shares that sum to 1.
import { topItems } from '../compute/top-items.ts'
import { measureLists } from '../evaluation/measure-lists.ts'
import { userBatchSize } from '../evaluation/user-batch-size.ts'
import { rowIndices } from '../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import { positiveRatings } from '../interactions/positives.ts'
import { isRatingPredictor, type RatingPredictor, type Scorer } from '../models/scorer.ts'
import { addScaled, standardizeRows } from '../models/standardize.ts'
import type { HeldOut } from '../splits/split.ts'

/**
 * The shares with the best RMSE if all parts predict ratings, else with the best NDCG@100 of at most 2,000 users. The
 * grid contains each part alone, so that the blend is at least as good as its best part on these users.
 *
 * @param parts two or more
 * @throws RangeError if no user has a target
 */
export async function chooseShares(
  parts: readonly Scorer[],
  heldOut: HeldOut,
  positiveThreshold: number,
): Promise<number[]> {
  const candidates = simplexGrid(parts.length, divisions(parts.length))
  const losses = parts.every(isRatingPredictor)
    ? await ratingLosses(parts, heldOut, candidates)
    : await rankingLosses(parts, heldOut, positiveThreshold, candidates)
  return candidates[losses.indexOf(Math.min(...losses))]!
}

/** All vectors of `size` shares that are multiples of 1 / divisions and sum to 1. */
export function simplexGrid(size: number, divisions: number): number[][] {
  const counts = (size: number, left: number): number[][] =>
    size === 1
      ? [[left]]
      : Array.from({ length: left + 1 }, (_, first) =>
          counts(size - 1, left - first).map((rest) => [first, ...rest]),
        ).flat()
  return counts(size, divisions).map((vector) => vector.map((count) => count / divisions))
}

/** 21 to 70 candidates for two to five parts. */
function divisions(parts: number): number {
  return [20, 10, 6, 4][parts - 2]!
}

/** −NDCG@100 of each candidate. */
async function rankingLosses(
  parts: readonly Scorer[],
  heldOut: HeldOut,
  positiveThreshold: number,
  candidates: readonly number[][],
): Promise<number[]> {
  const targets = positiveRatings(heldOut.targets, positiveThreshold)
  const rows = spread(rowsWithAtLeast(targets, 1), maxUsers)
  if (rows.length === 0)
    throw new RangeError(
      `None of ${targets.rows} validation users has a target rated ${positiveThreshold} or more`,
    )
  const items = parts[0]!.itemCount
  const lists = candidates.map((): Int32Array[] => [])
  const batchSize = userBatchSize(items)
  for (let start = 0; start < rows.length; start += batchSize) {
    const histories = selectRows(heldOut.histories, rows.subarray(start, start + batchSize))
    const scores: Float32Array[] = []
    for (const part of parts) scores.push(standardizeRows(await part.score(histories), items))
    for (const [n, shares] of candidates.entries()) {
      const blended = new Float32Array(histories.rows * items)
      for (const [part, share] of shares.entries()) addScaled(blended, scores[part]!, share)
      for (let user = 0; user < histories.rows; user++)
        lists[n]!.push(
          topItems(blended.subarray(user * items, (user + 1) * items), rowIndices(histories, user), 100),
        )
    }
  }
  return lists.map((lists) => {
    const values = measureLists(lists, rows, targets, ['ndcg@100']).get('ndcg@100')!
    return -values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

const maxUsers = 2000

/** `count` of the rows, spread evenly over all. */
function spread(rows: Int32Array, count: number): Int32Array {
  if (rows.length <= count) return rows
  return Int32Array.from({ length: count }, (_, n) => rows[Math.floor((n * rows.length) / count)]!)
}

/** RMSE of each candidate; each part predicts the ratings once. */
async function ratingLosses(
  parts: readonly (Scorer & RatingPredictor)[],
  heldOut: HeldOut,
  candidates: readonly number[][],
): Promise<number[]> {
  const predicted: Float32Array[] = []
  for (const part of parts)
    predicted.push(await part.predict(heldOut.users, heldOut.histories, heldOut.targets))
  const losses: number[] = []
  for (const shares of candidates) {
    const ratings = new Float32Array(heldOut.targets.values.length)
    for (const [part, share] of shares.entries()) addScaled(ratings, predicted[part]!, share)
    const error = heldOut.targets.values.reduce((sum, value, n) => sum + (value - ratings[n]!) ** 2, 0)
    losses.push(Math.sqrt(error / ratings.length))
  }
  return losses
}
