// Mult-VAE's protocol (Liang et al., WWW 2018): held-out users are never trained on.
import { rowLength } from '../interactions/csr/csr-matrix.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { fnv1a32 } from '../random/fnv1a32.ts'
import { createRandom } from '../random/random.ts'
import { pairBuckets } from './pair-buckets.ts'
import { part, partOfBucket, type Split } from './split.ts'
import { keepPositives, splitUsers } from './split-users.ts'

export interface StrongGeneralizationOptions {
  readonly seed: number
  /** The minimum rating of a positive; other ratings are dropped. */
  readonly positiveThreshold?: number
  /** Users held out for validation, and as many for the test; by default a tenth of all, 10,000 at most. */
  readonly heldOutUsers?: number
}

/**
 * Users with at least five positives are held out at random. A random 20 % of the positives of each, rounded down, are
 * targets.
 *
 * @throws RangeError when the training, validation or test part has no user.
 */
export function strongGeneralization(
  interactions: Interactions,
  { seed, positiveThreshold = 4, heldOutUsers }: StrongGeneralizationOptions,
): Split {
  const positives = keepPositives(interactions, positiveThreshold)
  const random = createRandom(seed, 'strong-generalization')
  const order = random.permutation(positives.users.size)
  const count = heldOutUsers ?? Math.min(10_000, Math.floor(order.length / 10))
  const parts = new Uint8Array(order.length)
  for (const user of order.subarray(0, count)) parts[user] = part.test
  for (const user of order.subarray(count, 2 * count)) parts[user] = part.validation
  return splitUsers(positives, parts, ({ matrix }) => {
    const isTarget = new Uint8Array(matrix.values.length)
    for (let user = 0; user < matrix.rows; user++) {
      const start = matrix.offsets[user]!
      const size = rowLength(matrix, user)
      for (const n of random.permutation(size).subarray(0, Math.floor(0.2 * size))) isTarget[start + n] = 1
    }
    return isTarget
  })
}

/**
 * The same users and targets held out by every implementation: of the users with at least five positives,
 * `fnv1a32("user:<userId>") % 10` is 0 for test users and 1 for validation users; a positive of theirs is a target
 * where `fnv1a32("<userId>:<itemId>") % 5` is 0.
 *
 * @throws RangeError when the training, validation or test part has no user.
 */
export function hashStrongGeneralization(interactions: Interactions, positiveThreshold = 4): Split {
  const positives = keepPositives(interactions, positiveThreshold)
  const prefix = fnv1a32('user:')
  const parts = Uint8Array.from(positives.users.ids, (id) => partOfBucket(fnv1a32(id, prefix) % 10))
  return splitUsers(positives, parts, (heldOut) =>
    pairBuckets(heldOut, 5).map((bucket) => Number(bucket === 0)),
  )
}
