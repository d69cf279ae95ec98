// The shares of the parts of a blend: by least squares for predicted ratings, by a grid over all shares that sum to 1 for rankings.
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
import { leastSquaresShares, meanErrorProducts, meanSquaredError } from './least-squares-shares.ts'
import { hasTrainedUsers, spread } from './validate.ts'

/**
 * The shares with the best RMSE if all parts predict ratings and ratings of trained users are held out, else with the best
 * NDCG@100 of at most 2,000 users, on a grid. Each part alone is among the choices, so that the blend is at least as good as
 * its best part on these users.
 *
 * @param parts two or more
 * @throws RangeError if no user has a target
 */
export async function chooseShares(
  parts: readonly Scorer[],
  heldOut: HeldOut,
  positiveThreshold: number,
): Promise<Choice> {
  if (parts.every(isRatingPredictor) && hasTrainedUsers(heldOut)) return chooseByError(parts, heldOut)
  const valuesOf = (candidates: readonly number[][]) =>
    rankingQualities(parts, heldOut, positiveThreshold, candidates)
  const candidates = simplexGrid(parts.length, divisions(parts.length))
  const values = await valuesOf(candidates)
  const value = Math.max(...values)
  return describeChoice('ndcg@100', value, candidates[values.indexOf(value)]!, valuesOf)
}

/** Each part predicts the ratings once. */
async function chooseByError(
  parts: readonly (Scorer & RatingPredictor)[],
  { users, histories, targets }: HeldOut,
): Promise<Choice> {
  if (targets.values.length === 0)
    throw new RangeError('There is no validation rating to choose the shares of a blend by')
  const predictions: Float32Array[] = []
  for (const part of parts) predictions.push(await part.predict(users, histories, targets))
  const products = meanErrorProducts(predictions, targets.values)
  const errorOf = (shares: readonly number[]) => Math.sqrt(meanSquaredError(shares, products))
  const chosen = leastSquaresShares(products)
  return describeChoice('rmse', errorOf(chosen), chosen, async (candidates) => candidates.map(errorOf))
}

/** @param valuesOf the metric with each of some shares */
async function describeChoice(
  metric: Choice['metric'],
  value: number,
  chosen: readonly number[],
  valuesOf: (candidates: readonly number[][]) => Promise<number[]>,
): Promise<Choice> {
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
