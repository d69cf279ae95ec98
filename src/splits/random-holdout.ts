// AutoRec's protocol: 90 % of the ratings for training, 10 % to predict.
import type { Interactions } from '../interactions/interactions.ts'
import { createRandom } from '../random/random.ts'
import { pairBuckets } from './pair-buckets.ts'
import { part, partOfBucket, type Split } from './split.ts'
import { splitRatings } from './split-ratings.ts'

/** A random tenth of the ratings is the test part, a random tenth of the others the validation part. */
export function randomHoldout(interactions: Interactions, seed: number): Split {
  const size = interactions.matrix.values.length
  const order = createRandom(seed, 'random-holdout').permutation(size)
  const test = Math.round(size / 10)
  const validation = Math.round((size - test) / 10)
  const parts = new Uint8Array(size)
  for (const n of order.subarray(0, test)) parts[n] = part.test
  for (const n of order.subarray(test, test + validation)) parts[n] = part.validation
  return splitRatings(interactions, parts)
}

/**
 * The same ratings held out by every implementation: `fnv1a32("<userId>:<itemId>") % 10` is 0 in the test part and 1
 * in the validation part.
 */
export function hashHoldout(interactions: Interactions): Split {
  return splitRatings(interactions, pairBuckets(interactions, 10).map(partOfBucket))
}
