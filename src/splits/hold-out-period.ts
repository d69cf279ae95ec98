import { filterEntries, selectRows } from '../interactions/csr/select.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { fnv1a32 } from '../random/fnv1a32.ts'
import { scramble } from '../random/scramble.ts'
import { type HeldOut, part, type Split } from './split.ts'

export interface PeriodOptions {
  /** Seconds since 1970: the period contains all later ratings. */
  readonly since: number
  /** The share of the period's users in the part, and the maximum number. */
  readonly test: { readonly share: number; readonly most: number }
  readonly validation: { readonly share: number; readonly most: number }
  /** The share of a held-out user's ratings in the period, the latest, that are targets. */
  readonly targetShare: number
  /** Targets rated at least this are positive. */
  readonly positiveThreshold: number
  readonly seed: number
}

/** A split with the identity of its held-out users: row r of a part is row `…Users[r]` of the interactions. */
export interface PeriodSplit extends Split, Pick<PeriodOptions, 'positiveThreshold'> {
  readonly testUsers: Int32Array
  readonly validationUsers: Int32Array
}

/**
 * Holds out the ratings that a sample of users gave in the last period: the latest are their targets, the others join
 * their earlier ratings as their history. All other ratings are the training part. So a model trained on no rating
 * later than `since` and a model trained now can be evaluated on the same users: neither has seen the targets, nor any
 * rating of these users in the period. Users are evaluated by their histories alone, as they are served. What is drawn of
 * a user does not depend on the ratings of the others, which may be erased between two splits.
 *
 * @throws RangeError when the ratings have no times
 */
export function holdOutPeriod(interactions: Interactions, options: PeriodOptions): PeriodSplit {
  const { matrix, users, items, times } = interactions
  if (times === undefined) throw new RangeError('The ratings have no times, so their last period is unknown')
  const entryParts = targetsOfPeriod(interactions, times, options)
  const { testUsers, validationUsers } = drawUsers(interactions, entryParts, options)
  const isHeldOut = new Uint8Array(matrix.rows)
  for (const user of [...testUsers, ...validationUsers]) isHeldOut[user] = 1
  const isTarget = (_row: number, _column: number, _value: number, n: number) => entryParts[n] === part.test
  const targets = filterEntries(matrix, isTarget)
  const histories = filterEntries(matrix, (...entry) => !isTarget(...entry))
  const holdOut = (rows: Int32Array): HeldOut => ({
    users: new Int32Array(rows.length).fill(-1),
    histories: selectRows(histories, rows),
    targets: selectRows(targets, rows),
  })
  return {
    train: filterEntries(
      matrix,
      (user, _item, _value, n) => !isHeldOut[user] || entryParts[n] === part.train,
    ),
    users,
    items,
    validation: holdOut(validationUsers),
    test: holdOut(testUsers),
    validationUserIds: Array.from(validationUsers, (row) => users.idOf(row)),
    testUserIds: Array.from(testUsers, (row) => users.idOf(row)),
    testUsers,
    validationUsers,
    positiveThreshold: options.positiveThreshold,
  }
}

/** For each entry `train` before the period, and within it `test` for a potential target, else `validation`. */
function targetsOfPeriod(
  { matrix: { rows, offsets, indices, values }, users, items }: Interactions,
  times: Float64Array,
  { since, targetShare, seed }: PeriodOptions,
): Uint8Array {
  const parts = new Uint8Array(values.length)
  for (let user = 0; user < rows; user++) {
    const [start, end] = [offsets[user]!, offsets[user + 1]!]
    const entries = Array.from({ length: end - start }, (_, n) => start + n).filter((n) => times[n]! > since)
    if (entries.length === 0) continue
    // ratings of the same second are ordered at random
    const tieOf = drawBy('tie', seed, `${users.idOf(user)}:`)
    const ties = new Map(entries.map((n) => [n, tieOf(items.idOf(indices[n]!))]))
    entries.sort((a, b) => times[b]! - times[a]! || ties.get(a)! - ties.get(b)! || a - b)
    const targets = Math.min(Math.ceil(targetShare * entries.length), end - start - 1)
    for (const [place, n] of entries.entries()) parts[n] = place < targets ? part.test : part.validation
  }
  return parts
}

/** Drawn among the users who have a target. */
function drawUsers(
  { matrix: { rows, offsets }, users }: Interactions,
  entryParts: Uint8Array,
  { test, validation, seed }: PeriodOptions,
): { testUsers: Int32Array; validationUsers: Int32Array } {
  const eligible = Int32Array.from({ length: rows }, (_, user) => user).filter((user) =>
    entryParts.subarray(offsets[user], offsets[user + 1]).includes(part.test),
  )
  const placeOf = drawBy('user', seed)
  const places = new Map(Array.from(eligible, (user) => [user, placeOf(users.idOf(user))]))
  const order = eligible.toSorted((a, b) => places.get(a)! - places.get(b)! || a - b)
  const sizeOf = ({ share, most }: { share: number; most: number }) =>
    Math.min(most, Math.round(share * eligible.length))
  const testEnd = sizeOf(test)
  return {
    testUsers: order.slice(0, testEnd).sort(),
    validationUsers: order.slice(testEnd, testEnd + sizeOf(validation)).sort(),
  }
}

/** A number for each text, as if drawn at random. */
function drawBy(...parts: readonly (string | number)[]): (text: string) => number {
  const start = fnv1a32(parts.join(' '))
  return (text) => scramble(fnv1a32(text, start))
}
