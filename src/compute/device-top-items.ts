// The items with the highest scores where the scores are: only the items are read back.
import * as tf from '@tensorflow/tfjs'
import { type CsrMatrix, entryRows, rowLength } from '../interactions/csr/csr-matrix.ts'
import { isForGpus } from './backend.ts'

/** Whether reading scores back costs more than finding the top items on the current backend. */
export function findsTopItemsOnDevice(): boolean {
  return isForGpus(tf.getBackend())
}

/**
 * As `topItems`, for each row. All operations are enqueued before the first wait, so that several calls wait once if their
 * results are awaited together.
 *
 * @param scores users × items, above −∞; disposed of
 * @param masked users × items, the entries to leave out
 * @throws RangeError when a score is NaN
 */
export async function deviceTopItems(
  scores: tf.Tensor2D,
  masked: CsrMatrix,
  count: number,
): Promise<Int32Array[]> {
  const [rows, items] = scores.shape
  const width = Math.min(count, items)
  const found = tf.tidy(() => {
    const invalid = tf.sum(tf.cast(tf.isNaN(scores), 'int32'), 1, true)
    return tf.concat([tf.topk(mask(scores, masked), width).indices, invalid], 1) // users × (width + 1)
  })
  scores.dispose()
  const read = (await found.data()) as Int32Array
  found.dispose()
  return Array.from({ length: rows }, (_, row) => {
    const end = row * (width + 1) + width
    if (read[end]! > 0) throw new RangeError(`${read[end]} scores of user ${row} are NaN`)
    // masked items come last
    return read.slice(end - width, end - width + Math.min(width, items - rowLength(masked, row)))
  })
}

function mask(scores: tf.Tensor2D, masked: CsrMatrix): tf.Tensor2D {
  if (masked.indices.length === 0) return scores
  const rows = entryRows(masked)
  const entries = Int32Array.from({ length: 2 * rows.length }, (_, n) =>
    n % 2 === 0 ? rows[n >> 1]! : masked.indices[n >> 1]!,
  )
  const isMasked = tf.scatterND(
    tf.tensor2d(entries, [rows.length, 2], 'int32'),
    tf.ones([rows.length]),
    scores.shape,
  )
  return tf.where<tf.Tensor2D>(
    tf.greater(isMasked, 0),
    tf.fill(scores.shape, Number.NEGATIVE_INFINITY),
    scores,
  )
}
