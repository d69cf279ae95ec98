import type { Tensor2D } from '@tensorflow/tfjs'
import { deviceTopItems, findsTopItemsOnDevice } from '../compute/device-top-items.ts'
import { topItems } from '../compute/top-items.ts'
import { type CsrMatrix, rowIndices } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import { hasDeviceScores, type Scorer } from '../models/scorer.ts'
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
 * time. Equal scores rank by item number. Where the scores can stay on a GPU, the host waits for it once.
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
  const batches: Batch[] = []
  for (let start = 0; start < rows.length; start += batchSize)
    batches.push({ rows: rows.subarray(start, start + batchSize), heldOut, cutoff })
  if (scorer.isPersonalized === false) yield* rankAlike(scorer, batches)
  else if (findsTopItemsOnDevice()) yield* rankOnDevice(scorer, batches)
  else for (const batch of batches) yield* rankingsOf(batch, await rankInMemory(scorer, batch))
}

interface Batch {
  readonly heldOut: HeldOut
  readonly rows: Int32Array
  readonly cutoff: number
}

/** The lists of the rows of a batch. */
type Lists = readonly Int32Array[]

function* rankingsOf({ rows }: Batch, lists: Lists): Generator<Ranking> {
  for (const [n, row] of rows.entries()) yield { row, items: lists[n]! }
}

/** Scores and sorts the items once, for all users. */
async function* rankAlike(scorer: Scorer, batches: readonly Batch[]): AsyncGenerator<Ranking> {
  const isMasked = new Uint8Array(scorer.itemCount)
  let order: Int32Array | undefined
  for (const { heldOut, rows, cutoff } of batches)
    for (const row of rows) {
      order ??= await orderOf(scorer, heldOut, row)
      const history = rowIndices(heldOut.histories, row)
      for (const item of history) isMasked[item] = 1
      const items = firstUnmasked(order, isMasked, cutoff)
      for (const item of history) isMasked[item] = 0
      yield { row, items }
    }
}

async function orderOf(scorer: Scorer, heldOut: HeldOut, row: number): Promise<Int32Array> {
  const scores = await scoresOf(scorer, selectRows(heldOut.histories, [row]))
  return rankUser(scores, new Int32Array(0), scorer.itemCount, row)
}

function firstUnmasked(order: Int32Array, isMasked: Uint8Array, count: number): Int32Array {
  const items = new Int32Array(Math.min(count, order.length))
  let size = 0
  for (let n = 0; n < order.length && size < items.length; n++)
    if (isMasked[order[n]!] === 0) items[size++] = order[n]!
  return items.subarray(0, size)
}

/** Enqueues all batches before it waits for the first list. */
async function* rankOnDevice(scorer: Scorer, batches: readonly Batch[]): AsyncGenerator<Ranking> {
  const pending: Promise<Lists>[] = []
  for (const batch of batches) {
    const histories = selectRows(batch.heldOut.histories, batch.rows)
    const scores = hasDeviceScores(scorer) ? scorer.scoreOnDevice(histories) : undefined
    const lists = scores ? rankScores(scores, histories, batch) : rankInMemory(scorer, batch)
    // it is awaited below
    lists.catch(() => {})
    pending.push(lists)
    // lets timers and signals through; scores in memory are computed one batch at a time
    await (scores ? new Promise(setImmediate) : lists)
  }
  for (const [n, lists] of (await Promise.all(pending)).entries()) yield* rankingsOf(batches[n]!, lists)
}

async function rankScores(scores: Tensor2D, histories: CsrMatrix, { rows, cutoff }: Batch): Promise<Lists> {
  try {
    return await deviceTopItems(scores, histories, cutoff)
  } catch (cause) {
    const users = `Held-out users ${rows[0]} to ${rows.at(-1)}`
    throw new RangeError(`${users} cannot be ranked: ${(cause as Error).message}`, { cause })
  }
}

async function rankInMemory(scorer: Scorer, { heldOut, rows, cutoff }: Batch): Promise<Lists> {
  const histories = selectRows(heldOut.histories, rows)
  const scores = await scoresOf(scorer, histories)
  return Array.from(rows, (row, user) => {
    const userScores = scores.subarray(user * scorer.itemCount, (user + 1) * scorer.itemCount)
    return rankUser(userScores, rowIndices(histories, user), cutoff, row)
  })
}

async function scoresOf(scorer: Scorer, histories: CsrMatrix): Promise<Float32Array> {
  const scores = await scorer.score(histories)
  if (scores.length !== histories.rows * scorer.itemCount)
    throw new RangeError(
      `The scorer returned ${scores.length} scores for ${histories.rows} users × ${scorer.itemCount} items`,
    )
  return scores
}

function rankUser(scores: Float32Array, masked: Int32Array, cutoff: number, row: number): Int32Array {
  try {
    return topItems(scores, masked, cutoff)
  } catch (cause) {
    throw new RangeError(`Held-out user ${row} cannot be ranked: ${(cause as Error).message}`, { cause })
  }
}
