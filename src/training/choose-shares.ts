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
import type { ChosenShares } from './fitted-model.ts'
import { spread } from './validate.ts'

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
): Promise<Choice> {
  const metric = parts.every(isRatingPredictor) ? 'rmse' : 'ndcg@100'
  const valuesOf = async (candidates: readonly number[][]) =>
    parts.every(isRatingPredictor)
      ? ratingErrors(parts, heldOut, candidates)
      : rankingQualities(parts, heldOut, positiveThreshold, candidates)
  const candidates = simplexGrid(parts.length, divisions(parts.length))
  const values = await valuesOf(candidates)
  const value = metric === 'rmse' ? Math.min(...values) : Math.max(...values)
  const chosen = candidates[values.indexOf(value)]!
  const changed = chosen.flatMap((_, part) => [-0.1, 0.1].map((change) => changeShare(chosen, part, change)))
  const possible = await valuesOf(changed.filter((shares) => shares !== null))
  const changedValues = changed.map((shares) => (shares === null ? null : possible.shift()!))
  return {
    metric,
    value,
    shares: chosen.map((share, part) => ({
      share,
      less: changedValues[2 * part]!,
      more: changedValues[2 * part + 1]!,
    })),
  }
}

interface Choice extends Pick<ChosenShares, 'metric' | 'value'> {
  /** For each part. */
  readonly shares: readonly Omit<ChosenShares['parts'][number], 'model'>[]
}

/** The shares with that of a part changed and the others in proportion; null if it would leave the range from 0 to 1. */
export function changeShare(shares: readonly number[], part: number, change: number): number[] | null {
  const before = shares[part]!
  const after = before + change
  if (after < -rounding || after > 1 + rounding) return null
  return shares.map((share, n) => {
    if (n === part) return after
    return before === 1 ? (1 - after) / (shares.length - 1) : (share * (1 - after)) / (1 - before)
  })
}

const rounding = 1e-9

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

/** NDCG@100 of each candidate. */
async function rankingQualities(
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
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

const maxUsers = 2000

/** RMSE of each candidate; each part predicts the ratings once. */
async function ratingErrors(
  parts: readonly (Scorer & RatingPredictor)[],
  heldOut: HeldOut,
  candidates: readonly number[][],
): Promise<number[]> {
  const predicted: Float32Array[] = []
  for (const part of parts)
    predicted.push(await part.predict(heldOut.users, heldOut.histories, heldOut.targets))
  const errors: number[] = []
  for (const shares of candidates) {
    const ratings = new Float32Array(heldOut.targets.values.length)
    for (const [part, share] of shares.entries()) addScaled(ratings, predicted[part]!, share)
    const error = heldOut.targets.values.reduce((sum, value, n) => sum + (value - ratings[n]!) ** 2, 0)
    errors.push(Math.sqrt(error / ratings.length))
  }
  return errors
}
