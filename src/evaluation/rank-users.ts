import { topItems } from '../compute/top-items.ts'
import { rowIndices } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import { userBatchSize } from './user-batch-size.ts'

/** One held-out user's ranking. */
export interface Ranking {
  /** Row of the user in the held-out set. */
  readonly row: number
  /** Items, best first, none of them in the user's history. */
  readonly items: Int32Array
}

/**
 * Ranks the first `cutoff` items for rows of a held-out set, in their order, scoring a batch of users at a
 * time. Equal scores rank by item number.
 *
 * @throws RangeError if the numbers of items differ, or scores are missing or NaN
 */
export async function* rankUsers(
  scorer: Scorer,
  heldOut: HeldOut,
  rows: Int32Array,
  cutoff: number,
  batchSize = userBatchSize(scorer.itemCount),
): AsyncGenerator<Ranking> {
  if (heldOut.histories.columns !== scorer.itemCount)
    throw new RangeError(
      `The scorer has ${scorer.itemCount} items, the held-out data ${heldOut.histories.columns}`,
    )
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.subarray(start, start + batchSize)
    const histories = selectRows(heldOut.histories, batch)
    const scores = await scorer.score(histories)
    if (scores.length !== batch.length * scorer.itemCount)
      throw new RangeError(
        `The scorer returned ${scores.length} scores for ${batch.length} users × ${scorer.itemCount} items`,
      )
    for (const [user, row] of batch.entries()) {
      const userScores = scores.subarray(user * scorer.itemCount, (user + 1) * scorer.itemCount)
      const masked = rowIndices(histories, user)
      yield { row, items: rankUser(userScores, masked, cutoff, row) }
    }
  }
}

function rankUser(scores: Float32Array, masked: Int32Array, cutoff: number, row: number): Int32Array {
  try {
    return topItems(scores, masked, cutoff)
  } catch (cause) {
    throw new RangeError(`Held-out user ${row} cannot be ranked: ${(cause as Error).message}`, { cause })
  }
}
