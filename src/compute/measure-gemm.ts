import * as tf from '@tensorflow/tfjs'

/** The products of a decoder's last layer: forward, and the gradients to its weights and to its input. */
export type DenseProduct = 'forward' | 'weightGradient' | 'inputGradient'

/**
 * The rate of dense matrix products on the current backend in GFLOP/s, the best of a few, for a batch of 500 and a
 * layer of 600 × `columns`.
 */
export async function measureGemm(columns: number, product: DenseProduct = 'forward'): Promise<number> {
  const hidden = tf.randomUniform<tf.Rank.R2>([500, 600])
  const weights = tf.randomUniform<tf.Rank.R2>([600, columns])
  const gradient = tf.randomUniform<tf.Rank.R2>([500, columns])
  const multiply = {
    forward: () => tf.matMul(hidden, weights),
    weightGradient: () => tf.matMul(hidden, gradient, true),
    inputGradient: () => tf.matMul(gradient, weights, false, true),
  }[product]
  const seconds = await bestSeconds(multiply)
  tf.dispose([hidden, weights, gradient])
  return (2 * 500 * 600 * columns) / seconds / 1e9
}

/** How many small operations the host can ask of the current backend in a second. */
export async function measureCallsPerSecond(): Promise<number> {
  const calls = 500
  const x = tf.zeros([1000])
  const seconds = await bestSeconds(() =>
    tf.tidy(() => {
      let sum: tf.Tensor = x
      for (let call = 0; call < calls; call++) sum = tf.add(sum, x)
      return sum.as2D(1, 1000)
    }),
  )
  x.dispose()
  return calls / seconds
}

/** GB/s from the host's memory to the device's. */
export async function measureUpload(): Promise<number> {
  const values = new Float32Array(2 ** 24).fill(1)
  return values.byteLength / (await bestSeconds(() => tf.tensor2d(values, [4096, 4096]))) / 1e9
}

/** Of a few runs, until the device has computed the first element of the matrix. */
async function bestSeconds(compute: () => tf.Tensor): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const started = performance.now()
    const result = compute()
    // One element read back makes a device finish without the cost of moving the result.
    const corner = tf.slice(result, [0, 0], [1, 1])
    await corner.data()
    best = Math.min(best, (performance.now() - started) / 1000)
    tf.dispose([result, corner])
  }
  return best
}
