import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { filterEntries, selectRows } from '../interactions/csr/select.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { createRandom, type Random } from '../random/random.ts'
import { type HeldOut, part, type Split } from './split.ts'

export interface PeriodOptions {
  /** Seconds since 1970: ratings given later are of the period. */
  readonly since: number
  /** The shares of the period's users that judge and tune, and how many are enough. */
  readonly test: { readonly share: number; readonly most: number }
  readonly validation: { readonly share: number; readonly most: number }
  /** The share of such a user's ratings of the period, the latest, that are targets. */
  readonly targetShare: number
  readonly seed: number
}

/** A split whose held-out users are told apart: row r of a part is row `…Users[r]` of the interactions. */
export interface PeriodSplit extends Split {
  readonly testUsers: Int32Array
  readonly validationUsers: Int32Array
}

/**
 * Holds out, of some users of the last period, all that they rated in it: the latest of it are their targets, the
 * rest joins what they had rated before as their history. All other ratings are trained on. So a model that learned
 * from nothing later than `since`, and one that is trained now, may be judged by the same users: neither has seen
 * what they are to foretell, nor any rating of theirs from the period. Users are judged by their histories alone, as
 * they are served.
 *
 * @throws RangeError when the ratings have no times
 */
export function holdOutPeriod(interactions: Interactions, options: PeriodOptions): PeriodSplit {
  const { matrix, users, items, times } = interactions
  if (times === undefined)
    throw new RangeError('The ratings have no times, so it is not known which are of the last period')
  const random = createRandom(options.seed, 'period')
  const entryParts = targetsOfPeriod(matrix, times, options, random)
  const { testUsers, validationUsers } = drawUsers(matrix, entryParts, options, random)
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
    testUsers,
    validationUsers,
  }
}

/** For each entry `train` before the period, and in it `test` for what would be a target, else `validation`. */
function targetsOfPeriod(
  { rows, offsets, values }: CsrMatrix,
  times: Float64Array,
  { since, targetShare }: PeriodOptions,
  random: Random,
): Uint8Array {
  const parts = new Uint8Array(values.length)
  // of ratings given in the same second, chance decides which are the later
  const tie = random.permutation(values.length)
  for (let user = 0; user < rows; user++) {
    const [start, end] = [offsets[user]!, offsets[user + 1]!]
    const own = Array.from({ length: end - start }, (_, n) => start + n).filter((n) => times[n]! > since)
    own.sort((a, b) => times[b]! - times[a]! || tie[a]! - tie[b]!)
    const targets = Math.min(Math.ceil(targetShare * own.length), end - start - 1)
    for (const [place, n] of own.entries()) parts[n] = place < targets ? part.test : part.validation
  }
  return parts
}

/** Drawn among the users who have a target. */
function drawUsers(
  { rows, offsets }: CsrMatrix,
  entryParts: Uint8Array,
  { test, validation }: PeriodOptions,
  random: Random,
): { testUsers: Int32Array; validationUsers: Int32Array } {
  const eligible = Int32Array.from({ length: rows }, (_, user) => user).filter((user) =>
    entryParts.subarray(offsets[user], offsets[user + 1]).includes(part.test),
  )
  const order = random.permutation(eligible.length).map((n) => eligible[n]!)
  const sizeOf = ({ share, most }: { share: number; most: number }) =>
    Math.min(most, Math.round(share * eligible.length))
  const testEnd = sizeOf(test)
  return {
    testUsers: order.slice(0, testEnd).sort(),
    validationUsers: order.slice(testEnd, testEnd + sizeOf(validation)).sort(),
  }
}
