// The standard models of shilling attacks (Mobasher, Burke, Bhaumik, Williams, "Toward trustworthy recommender systems",
// ACM TOIT 2007): fake users who rate one item as high as possible, and other items so that they resemble real users.
import { type CsrMatrix, columnCounts, rowOf } from '../interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../interactions/csr/from-entries.ts'
import { stackRows } from '../interactions/csr/stack.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import type { Random } from '../random/random.ts'

/**
 * - `random`: fillers are rated by the distribution of all ratings;
 * - `average`: each filler by the distribution of its own ratings;
 * - `bandwagon`: as `random`, and the most rated items get the highest rating;
 * - `segment`: the items most similar to the target get the highest rating, fillers the lowest;
 * - `popular`: as `average`, with fillers among the most rated fifth of the items (average over popular; Hurley, Cheng,
 *   Zhang, "Statistical attack detection", RecSys 2009), which is harder to detect than the others.
 */
export const attackTypes = ['random', 'average', 'bandwagon', 'segment', 'popular'] as const

export type AttackType = (typeof attackTypes)[number]

export interface ShillingAttack {
  readonly type: AttackType
  /** The item that is promoted. */
  readonly target: number
  /** The number of fake users. */
  readonly profiles: number
  /** The number of filler items of each. */
  readonly fillers: number
}

/** The ratings with the fake users as the last rows. Fillers are drawn without replacement, another set for each user. */
export function injectAttack(
  ratings: CsrMatrix,
  { type, target, profiles, fillers }: ShillingAttack,
  random: Random,
): CsrMatrix {
  const items = transpose(ratings)
  const counts = columnCounts(ratings)
  const byCount = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const [lowest, highest] = extremes(ratings.values)
  const all = momentsOf(ratings.values)
  const selected = selectedItems(type, target, items, byCount)
  const isTaken = new Set([target, ...selected])
  const pool = (type === 'popular' ? byCount.slice(0, Math.ceil(byCount.length / 5)) : byCount).filter(
    (item) => !isTaken.has(item),
  )
  const ratingOf = (item: number) => {
    if (type === 'segment') return lowest
    const { mean, std } =
      type === 'average' || type === 'popular' ? momentsOf(rowOf(items, item).values) : all
    return Math.min(highest, Math.max(lowest, Math.round(mean + std * random.normal())))
  }
  const entries = Array.from({ length: profiles }, (_, profile) => [
    ...[target, ...selected].map((item) => ({ profile, item, value: highest })),
    ...draw(pool, fillers, random).map((item) => ({ profile, item, value: ratingOf(item) })),
  ]).flat()
  const fakes = csrFromEntries(profiles, ratings.columns, {
    row: Int32Array.from(entries, ({ profile }) => profile),
    column: Int32Array.from(entries, ({ item }) => item),
    values: Float32Array.from(entries, ({ value }) => value),
  })
  return stackRows(ratings, fakes)
}

/** The items that get the highest rating besides the target. */
function selectedItems(
  type: AttackType,
  target: number,
  items: CsrMatrix,
  byCount: readonly number[],
): readonly number[] {
  if (type === 'bandwagon') return byCount.filter((item) => item !== target).slice(0, selectedCount)
  return type === 'segment' ? mostSimilar(items, target) : []
}

const selectedCount = 10

/** The items whose raters share most with those of the target, by the cosine of their sets of users. */
function mostSimilar(items: CsrMatrix, target: number): number[] {
  const raters = new Set(rowOf(items, target).indices)
  const similarity = Array.from({ length: items.rows }, (_, item) => {
    const { indices } = rowOf(items, item)
    let common = 0
    for (const user of indices) if (raters.has(user)) common++
    return item === target || indices.length === 0 ? 0 : common / Math.sqrt(indices.length * raters.size)
  })
  return [...similarity.keys()].sort((a, b) => similarity[b]! - similarity[a]!).slice(0, selectedCount)
}

function draw(pool: readonly number[], count: number, random: Random): number[] {
  return Array.from(random.permutation(pool.length).subarray(0, count), (place) => pool[place]!)
}

function extremes(values: Float32Array): [lowest: number, highest: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
}

function momentsOf(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, std: Math.sqrt(variance) }
}
