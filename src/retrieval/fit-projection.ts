import * as tf from '@tensorflow/tfjs'
import { read, readSync } from '../compute/read.ts'
import type { SearchProjection } from '../compute/search-projection.ts'
import { principalComponents } from '../models/ppca/principal-components.ts'
import type { LinearModel } from '../models/scorer.ts'
import type { Random } from '../random/random.ts'

/**
 * The projection to at most `maxDimensions` dimensions with the smallest squared error of the inner products between
 * the queries of these users and the vectors of the items, the most important dimension first. With the centered queries
 * X of m users and the second moment G of the centered vectors, and the leading eigenpairs U, Λ of X G Xᵀ / m, it has
 * B = XᵀU / √m and A = G B Λ⁻¹: the principal components of the matrix of scores.
 *
 * @param embeddings users × latent
 * @returns undefined if all users have the same query, or all items the same vector, or there is no dimension to leave out
 */
export async function fitProjection(
  { latentSize, outputLayer }: LinearModel,
  embeddings: Float32Array,
  maxDimensions: number,
  random: Random,
): Promise<SearchProjection | undefined> {
  const users = embeddings.length / latentSize
  const inner = outputLayer.vectors.shape[1]
  const queries = tf.tensor2d(await outputLayer.queries(embeddings), [users, inner])
  const mean = tf.tidy(() => tf.mean(queries, 0))
  const X = tf.tidy(() => tf.sub<tf.Tensor2D>(queries, mean))
  const G = secondMoment(outputLayer.vectors, random)
  const count = Math.min(maxDimensions, users, inner)
  try {
    if (count === 0 || !(varianceOf(X, G) > rounding * varianceOf(queries, G))) return undefined
    const S = {
      size: users,
      multiply: (Q: ArrayLike<number>, width: number) =>
        Float64Array.from(
          readSync(
            tf.tidy(() => {
              const factor = tf.tensor2d(Float32Array.from(Q), [users, width])
              return tf.div(tf.matMul(X, tf.matMul(G, tf.matMul(X, factor, true))), users)
            }),
          ),
        ),
    }
    const { eigenvalues, eigenvectors } = await principalComponents(S, count, { random, tolerance })
    const dimensions = eigenvalues.filter((value) => value > negligible * eigenvalues[0]!).length
    if (dimensions === 0) return undefined
    const U = leadingColumns(eigenvectors, count, dimensions)
    const [ofQueries, ofVectors] = tf.tidy(() => {
      const scale = 1 / Math.sqrt(users)
      const B = tf.mul(tf.matMul<tf.Tensor2D>(X, tf.tensor2d(U, [users, dimensions]), true), scale)
      const lambda = tf.tensor1d(Float32Array.from(eigenvalues.subarray(0, dimensions)))
      return [tf.div<tf.Tensor2D>(tf.matMul(G, B as tf.Tensor2D), lambda), B]
    }) as [tf.Tensor2D, tf.Tensor2D]
    const projection = {
      ...{ inner, dimensions, mean: await read(mean) },
      ...{ ofQueries: await read(ofQueries), ofVectors: await read(ofVectors) },
    }
    tf.dispose([ofQueries, ofVectors])
    return projection
  } finally {
    tf.dispose([queries, mean, X, G])
  }
}

/** Of an eigenvalue; A and B need no more, since A is the best for any B. */
const tolerance = 1e-3
/** Dimensions of a smaller share of the first one's variance are rounding errors. */
const negligible = 1e-6

/** A variance of a smaller share of the second moment is that of rounding errors. */
const rounding = 1e-10

/** The trace of X G Xᵀ. */
function varianceOf(X: tf.Tensor2D, G: tf.Tensor2D): number {
  return tf.tidy(() => tf.sum(tf.mul(tf.matMul(X, G), X)).dataSync<'float32'>()[0]!)
}

/** The projection to its first dimensions. */
export function leadingDimensions(projection: SearchProjection, dimensions: number): SearchProjection {
  const { inner, mean, ofQueries, ofVectors, dimensions: all } = projection
  return {
    ...{ inner, dimensions, mean },
    ofQueries: leadingColumns(ofQueries, all, dimensions),
    ofVectors: leadingColumns(ofVectors, all, dimensions),
  }
}

function leadingColumns(matrix: ArrayLike<number>, width: number, columns: number): Float32Array {
  return Float32Array.from(
    { length: (matrix.length / width) * columns },
    (_, n) => matrix[Math.floor(n / columns) * width + (n % columns)]!,
  )
}

/** The mean of (w − w̄)(w − w̄)ᵀ over a sample of the vectors w: inner × inner. */
function secondMoment(vectors: tf.Tensor2D, random: Random): tf.Tensor2D {
  const sample = random.permutation(vectors.shape[0]).slice(0, maxVectors).sort()
  return tf.tidy(() => {
    const chosen = tf.gather(vectors, sample)
    const centered = tf.sub<tf.Tensor2D>(chosen, tf.mean(chosen, 0))
    return tf.div(tf.matMul(centered, centered, true), sample.length)
  })
}

const maxVectors = 2 ** 14
