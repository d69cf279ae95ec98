import type { Interactions } from '../interactions/interactions.ts'
import { fnv1a32 } from '../random/fnv1a32.ts'

/** `fnv1a32("<userId>:<itemId>") % count` of each entry, in its order; `count` is at most 256. */
export function pairBuckets({ matrix, users, items }: Interactions, count: number): Uint8Array {
  const buckets = new Uint8Array(matrix.values.length)
  for (let user = 0; user < matrix.rows; user++) {
    const prefix = fnv1a32(`${users.idOf(user)}:`)
    for (let n = matrix.offsets[user]!; n < matrix.offsets[user + 1]!; n++)
      buckets[n] = fnv1a32(items.ids[matrix.indices[n]!]!, prefix) % count
  }
  return buckets
}
