// Principal components of embeddings, in which distances are those of centered cosines.
import * as tf from '@tensorflow/tfjs'
import { read } from '../compute/read.ts'
import { principalComponents } from '../models/ppca/principal-components.ts'
import type { Random } from '../random/random.ts'

/**
 * From an embedding to its leading principal components: the embedding minus the mean, scaled to length 1, times the
 * components. Similar users and items have a high cosine of centered embeddings, so they are close here.
 */
export interface Projection {
  /** [size] */
  readonly mean: Float32Array
  /** size × dimensions, row-major, orthonormal columns, the one of the largest variance first */
  readonly components: Float32Array
}

/** The largest number of components. */
const maxDimensions = 50

export function dimensionsOf({ mean, components }: Projection): number {
  return components.length / mean.length
}

/**
 * @param embeddings n × size, row-major
 * @param fitted the rows whose covariance is decomposed
 * @returns undefined if all embeddings are the same
 */
export async function fitProjection(
  embeddings: Float32Array,
  size: number,
  fitted: Int32Array,
  random: Random,
): Promise<Projection | undefined> {
  const mean = meanOf(embeddings, size)
  const covariance = await covarianceOf(directionsOf(embeddings, mean, fitted), size)
  let trace = 0
  for (let n = 0; n < size; n++) trace += covariance[n * size + n]!
  if (trace === 0) return undefined
  const multiply = (Q: ArrayLike<number>, width: number) => productOf(covariance, Q, size, width)
  const count = Math.min(maxDimensions, size)
  const { eigenvectors } = await principalComponents({ size, multiply }, count, { random, tolerance: 1e-2 })
  return { mean, components: Float32Array.from(eigenvectors) }
}

/** One embedding as projected. */
export function project({ mean, components }: Projection, embedding: Float32Array): Float32Array {
  const dimensions = components.length / mean.length
  const projected = new Float32Array(dimensions)
  for (const [n, value] of directionOf(embedding, mean).entries())
    for (let d = 0; d < dimensions; d++) projected[d]! += value * components[n * dimensions + d]!
  return projected
}

/** The embeddings of some rows as projected: rows.length × dimensions, row-major. */
export async function projectRows(
  projection: Projection,
  embeddings: Float32Array,
  rows: Int32Array,
): Promise<Float32Array> {
  const { mean, components } = projection
  const [size, dimensions] = [mean.length, dimensionsOf(projection)]
  const projected = new Float32Array(rows.length * dimensions)
  for (let start = 0; start < rows.length; start += rowsPerProduct) {
    const batch = rows.subarray(start, start + rowsPerProduct)
    const product = tf.tidy(() => {
      const directions = tf.tensor2d(directionsOf(embeddings, mean, batch), [batch.length, size])
      return tf.matMul(directions, tf.tensor2d(components, [size, dimensions]))
    })
    projected.set(await read(product), start * dimensions)
  }
  return projected
}

const rowsPerProduct = 1000

/**
 * The embeddings of some rows minus the mean, scaled to length 1: rows.length × size.
 *
 * @param embeddings n × size, row-major
 */
export function directionsOf(embeddings: Float32Array, mean: Float32Array, rows: Int32Array): Float32Array {
  const size = mean.length
  const directions = new Float32Array(rows.length * size)
  for (const [n, row] of rows.entries())
    directions.set(directionOf(embeddings.subarray(row * size, (row + 1) * size), mean), n * size)
  return directions
}

/** Zero for an embedding equal to the mean, which has no direction. */
function directionOf(embedding: Float32Array, mean: Float32Array): Float32Array {
  const direction = new Float32Array(mean.length)
  let squares = 0
  for (let n = 0; n < mean.length; n++) {
    direction[n] = embedding[n]! - mean[n]!
    squares += direction[n]! ** 2
  }
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let n = 0; n < mean.length; n++) direction[n]! *= scale
  return direction
}

function meanOf(embeddings: Float32Array, size: number): Float32Array {
  const sums = new Float64Array(size)
  for (let n = 0; n < embeddings.length; n++) sums[n % size]! += embeddings[n]!
  return Float32Array.from(sums, (sum) => sum / (embeddings.length / size))
}

/** size × size; the directions have no exact mean of 0, which the components need not have. */
function covarianceOf(directions: Float32Array, size: number): Promise<Float32Array> {
  return read(
    tf.tidy(() => {
      const rows = tf.tensor2d(directions, [directions.length / size, size])
      const centered = tf.sub<tf.Tensor2D>(rows, tf.mean(rows, 0, true))
      return tf.div(tf.matMul(centered, centered, true, false), rows.shape[0])
    }),
  )
}

function productOf(matrix: Float32Array, Q: ArrayLike<number>, size: number, width: number): Float64Array {
  const product = new Float64Array(size * width)
  for (let row = 0; row < size; row++)
    for (let n = 0; n < size; n++) {
      const value = matrix[row * size + n]!
      for (let column = 0; column < width; column++)
        product[row * width + column]! += value * Q[n * width + column]!
    }
  return product
}
