import * as tf from '@tensorflow/tfjs'
import { pause } from './pause.ts'

interface InversionOptions {
  readonly blockSize?: number
  readonly signal?: AbortSignal
  /** Receives the share that is done, from 0 to 1, after each part of a block. */
  onProgress?(share: number): void
}

/**
 * Replaces the symmetric positive definite size × size `matrix` by its inverse. Reads the lower triangle only and
 * writes both. The matrix stays in plain memory, so that it may be larger than a device's; all the work but a share
 * of 128 / size is in the backend's dense products.
 *
 * The symmetric sweep operator (Goodnight 1979, "A tutorial on the SWEEP operator") on blocks: with D = A_kk⁻¹,
 * A_ij ← A_ij − A_ik D A_kj, A_ik ← A_ik D, A_kk ← −D. After a sweep of every block A holds −A⁻¹, and stays symmetric
 * all the way, so that half of it suffices: size³ multiplications and additions in all.
 *
 * @throws RangeError when `matrix` is not size × size, and the signal's reason when it interrupts the computation.
 * @throws Error when it is not positive definite in 32 bits.
 */
export async function invertPositiveDefinite(
  matrix: Float32Array,
  size: number,
  { blockSize = size > largeBlock ? largeBlock : leafSize, signal, onProgress }: InversionOptions = {},
): Promise<void> {
  if (matrix.length !== size * size)
    throw new RangeError(`A matrix of ${size} × ${size} has ${size * size} elements, not ${matrix.length}`)
  for (let start = 0; start < size; start += blockSize) {
    const end = Math.min(start + blockSize, size)
    await sweepBlock(matrix, size, start, end, blockSize, (share) =>
      onProgress?.((start + share * (end - start)) / size),
    )
    onProgress?.(end / size)
    await pause()
    signal?.throwIfAborted()
  }
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      const element = -matrix[row * size + column]!
      matrix[row * size + column] = element
      matrix[column * size + row] = element
    }
}

const largeBlock = 1024
/** Blocks up to this size are inverted in plain memory, in 64 bits. */
const leafSize = 128

async function sweepBlock(
  matrix: Float32Array,
  size: number,
  start: number,
  end: number,
  height: number,
  onShare: (share: number) => void,
): Promise<void> {
  const width = end - start
  const panelValues = readPanel(matrix, size, start, end)
  const block = panelValues.slice(start * width, end * width)
  if (width <= leafSize) invertLeaf(block, width)
  else await invertPositiveDefinite(block, width, { blockSize: leafSize })
  if (width < size) await sweepOthers(matrix, size, panelValues, block, start, height, onShare)
  for (let row = 0; row < width; row++)
    for (let column = 0; column < width; column++)
      matrix[(start + row) * size + start + column] = -block[row * width + column]!
}

/** The sweep of all rows and columns but those of the block, whose inverse is D = `block`. */
async function sweepOthers(
  matrix: Float32Array,
  size: number,
  panelValues: Float32Array,
  block: Float32Array,
  start: number,
  height: number,
  onShare: (share: number) => void,
): Promise<void> {
  const width = panelValues.length / size
  const panel = tf.tensor2d(panelValues, [size, width]) // A_ik
  const swept = tf.tidy(() => tf.matMul<tf.Tensor2D>(panel, tf.tensor2d(block, [width, width]))) // A_ik D
  for (let row = 0; row < size; row += height) {
    const end = Math.min(row + height, size)
    await subtractRows(matrix, size, row, end, panel, swept)
    // up to the diagonal
    onShare((end / size) ** 2)
  }
  writePanel(matrix, size, start, start + width, await swept.data<'float32'>())
  tf.dispose([panel, swept])
}

/** A_ij ← A_ij − A_ik D A_kj for the rows i from `start` to `end` and all j ≤ i. */
async function subtractRows(
  matrix: Float32Array,
  size: number,
  start: number,
  end: number,
  panel: tf.Tensor2D,
  swept: tf.Tensor2D,
): Promise<void> {
  const width = panel.shape[1]
  const product = tf.tidy(() =>
    tf.matMul(
      tf.slice(swept, [start, 0], [end - start, width]),
      tf.slice(panel, [0, 0], [end, width]),
      false,
      true,
    ),
  ) // rows × end
  const values = await product.data<'float32'>()
  product.dispose()
  for (let row = start; row < end; row++) {
    const to = matrix.subarray(row * size, row * size + row + 1)
    const from = values.subarray((row - start) * end)
    for (let column = 0; column < to.length; column++) to[column]! -= from[column]!
  }
}

/** Columns `start` to `end` of the whole symmetric matrix, from its lower triangle. */
function readPanel(matrix: Float32Array, size: number, start: number, end: number): Float32Array {
  const width = end - start
  const panel = new Float32Array(size * width)
  for (let row = 0; row < size; row++)
    for (let column = start; column < end; column++)
      panel[row * width + column - start] =
        row >= column ? matrix[row * size + column]! : matrix[column * size + row]!
  return panel
}

function writePanel(
  matrix: Float32Array,
  size: number,
  start: number,
  end: number,
  panel: Float32Array,
): void {
  const width = end - start
  for (let row = 0; row < size; row++)
    for (let column = start; column < end; column++)
      matrix[row >= column ? row * size + column : column * size + row] = panel[row * width + column - start]!
}

/** Sweeps one pivot after another, in the lower triangle. */
function invertLeaf(block: Float32Array, size: number): void {
  const swept = Float64Array.from(block)
  const pivotRow = new Float64Array(size)
  for (let pivot = 0; pivot < size; pivot++) sweepPivot(swept, size, pivot, pivotRow)
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      const element = -swept[row * size + column]!
      block[row * size + column] = element
      block[column * size + row] = element
    }
}

/** @param pivotRow [size], overwritten */
function sweepPivot(matrix: Float64Array, size: number, pivot: number, pivotRow: Float64Array): void {
  const diagonal = matrix[pivot * size + pivot]!
  if (!(diagonal > 0 && diagonal < Number.POSITIVE_INFINITY))
    throw new Error(
      `The matrix is not positive definite: a pivot is ${diagonal}. More regularization makes it so`,
    )
  for (let n = 0; n < size; n++)
    pivotRow[n] = n <= pivot ? matrix[pivot * size + n]! : matrix[n * size + pivot]!
  for (let row = 0; row < size; row++) {
    const share = pivotRow[row]! / diagonal
    const start = row * size
    for (let column = 0; column <= row; column++) matrix[start + column]! -= share * pivotRow[column]!
  }
  for (let n = 0; n < size; n++)
    matrix[n <= pivot ? pivot * size + n : n * size + pivot] = pivotRow[n]! / diagonal
  matrix[pivot * size + pivot] = -1 / diagonal
}
