// Item vectors from the users who rated an item positively.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { sparseDenseMatMul, transposedSparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import { type CsrMatrix, columnCounts, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../interactions/csr/select.ts'
import type { Weight } from '../weights.ts'

/**
 * For item i, n_i^−½ Σ_u h_u over the n_i users for whom it is positive, with h_u the mean of v_j over the items j that are
 * positive for user u.
 *
 * @param inputs v_j: items × k
 * @param x the positives, users × items
 */
export async function raterVectors({ shape, values }: Weight, x: CsrMatrix): Promise<Weight> {
  const [itemCount, size] = shape as [number, number]
  const counts = columnCounts(x)
  const inputs = tf.tensor2d(values, [itemCount, size])
  let sums = tf.zeros<tf.Rank.R2>([itemCount, size])
  for (let start = 0; start < x.rows; start += userBatchSize) {
    const batch = sliceRows(x, start, Math.min(start + userBatchSize, x.rows))
    const averaged = uploadSparse({ ...batch, values: sharesOfRows(batch) })
    const scaled = uploadSparse({
      ...batch,
      values: Float32Array.from(batch.indices, (item) => counts[item]! ** -0.5),
    })
    const next = tf.tidy(() =>
      tf.add<tf.Tensor2D>(sums, transposedSparseDenseMatMul(scaled, sparseDenseMatMul(averaged, inputs))),
    )
    sums.dispose()
    disposeSparse(averaged)
    disposeSparse(scaled)
    sums = next
  }
  inputs.dispose()
  return { shape: [itemCount, size], values: await read(sums) }
}

const userBatchSize = 4096

/** For each entry, 1 / the number of entries of its row. */
function sharesOfRows(x: CsrMatrix): Float32Array {
  const shares = new Float32Array(x.indices.length)
  for (let row = 0; row < x.rows; row++)
    shares.fill(1 / rowLength(x, row), x.offsets[row], x.offsets[row + 1])
  return shares
}
