import * as tf from '@tensorflow/tfjs'

/**
 * The rate of dense matrix products on the current backend in GFLOP/s: the best of a few of
 * [500, 600] × [600, `columns`], the shape of a decoder's last layer.
 */
export async function measureGemm(columns: number): Promise<number> {
  const a = tf.randomUniform([500, 600])
  const b = tf.randomUniform([600, columns])
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const started = performance.now()
    const product = tf.matMul(a, b)
    // One element read back makes a device finish without the cost of moving the product.
    const corner = tf.slice(product, [0, 0], [1, 1])
    await corner.data()
    best = Math.min(best, performance.now() - started)
    tf.dispose([product, corner])
  }
  tf.dispose([a, b])
  return (2 * 500 * 600 * columns) / best / 1e6
}
