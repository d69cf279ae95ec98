// How the ratings differ from those of the previous run.
import { sum } from 'd3-array'
import { popularityDeciles } from '../../evaluation/popularity-deciles.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { correlation } from '../../statistics/correlation.ts'
import { populationStabilityIndex } from '../../statistics/population-stability-index.ts'
import type { Drift, PreviousSnapshot } from './snapshot.ts'
import { countValues } from './value-counts.ts'

/** @param ratings all ratings up to `instant` */
export function driftSince(
  { runId, snapshot: previous }: PreviousSnapshot,
  ratings: Interactions,
  instant: Date,
): Drift {
  const { matrix, users, items, times = new Float64Array(matrix.values.length).fill(Number.NaN) } = ratings
  const cut = Date.parse(previous.instant) / 1000
  const seconds = instant.getTime() / 1000 - cut
  const isSince = (n: number) => times[n]! > cut
  const isJustBefore = (n: number) => times[n]! > cut - seconds && times[n]! <= cut
  const values = {
    before: countValues(matrix.values, (n) => !isSince(n)),
    since: countValues(matrix.values, isSince),
  }
  const popularity = ratingsByDecile(ratings, isSince)
  const perDay = (of: (n: number) => boolean) =>
    seconds > 0 ? (countWhere(times.length, of) * 86_400) / seconds : 0
  return {
    previousRunId: runId,
    previousInstant: previous.instant,
    users: { before: previous.users, after: users.size },
    items: { before: previous.items, after: items.size },
    ratings: { before: previous.ratings, after: matrix.values.length },
    ratingsPerDay: { before: perDay(isJustBefore), after: perDay(isSince) },
    since: {
      ...countNew(ratings, isSince),
      values: values.since,
      agreement: agreement(ratings, times, cut, cut + seconds),
    },
    agreementBefore: agreement(ratings, times, cut - seconds, cut),
    rangeBefore: [previous.lowest, previous.highest],
    valuesPsi: psi(
      values.before.map((count) => count.ratings),
      values.since.map((count) => count.ratings),
    ),
    popularityPsi: psi(popularity.before, popularity.since),
    popularity,
  }
}

/** 0 without new ratings: nothing can have shifted. */
function psi(before: readonly number[], since: readonly number[]): number {
  return since.every((count) => count === 0) ? 0 : populationStabilityIndex(before, since)
}

function countNew({ matrix }: Interactions, isSince: (n: number) => boolean) {
  const { rows, columns, offsets, indices } = matrix
  const byUser = new Int32Array(rows)
  const itemSeen = new Uint8Array(columns) // bit 1: before, bit 2: since
  let newUsers = 0
  for (let user = 0; user < rows; user++) {
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++) {
      if (isSince(n)) byUser[user]!++
      itemSeen[indices[n]!]! |= isSince(n) ? 2 : 1
    }
    if (byUser[user]! > 0 && byUser[user] === offsets[user + 1]! - offsets[user]!) newUsers++
  }
  const active = byUser
    .filter((count) => count > 0)
    .sort()
    .reverse()
  const total = sum(active)
  const byMostActive = sum(active.subarray(0, Math.ceil(active.length / 100)))
  return {
    ratings: total,
    users: active.length,
    newUsers,
    newItems: itemSeen.filter((seen) => seen === 2).length,
    shareOfMostActive: total === 0 ? 0 : byMostActive / total,
  }
}

function ratingsByDecile({ matrix }: Interactions, isSince: (n: number) => boolean) {
  const deciles = popularityDeciles(filterEntries(matrix, (_user, _item, _value, n) => !isSince(n)))
  const [before, since] = [new Array<number>(10).fill(0), new Array<number>(10).fill(0)]
  for (const [n, item] of matrix.indices.entries()) (isSince(n) ? since : before)[deciles[item]!]!++
  return { before, since }
}

const minPairs = 100
const minEarlierRatings = 3

/**
 * Correlation of the ratings given after `from`, up to `to`, with the mean ratings of their items until `from`; null if
 * fewer than 100 ratings are of items with at least three earlier ratings. Near 0 for ratings shuffled by a broken
 * export.
 */
function agreement({ matrix }: Interactions, times: Float64Array, from: number, to: number): number | null {
  const sums = new Float64Array(matrix.columns)
  const counts = new Int32Array(matrix.columns)
  for (let n = 0; n < times.length; n++) {
    if (times[n]! > from) continue
    sums[matrix.indices[n]!]! += matrix.values[n]!
    counts[matrix.indices[n]!]!++
  }
  const [values, means]: [number[], number[]] = [[], []]
  for (let n = 0; n < times.length; n++) {
    const item = matrix.indices[n]!
    if (!(times[n]! > from && times[n]! <= to) || counts[item]! < minEarlierRatings) continue
    values.push(matrix.values[n]!)
    means.push(sums[item]! / counts[item]!)
  }
  return values.length < minPairs ? null : correlation(values, means)
}

function countWhere(size: number, holds: (n: number) => boolean): number {
  let count = 0
  for (let n = 0; n < size; n++) if (holds(n)) count++
  return count
}
