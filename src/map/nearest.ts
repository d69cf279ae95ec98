// The nearest of some points.
import * as tf from '@tensorflow/tfjs'
import { read } from '../compute/read.ts'
import { topItems } from '../compute/top-items.ts'

/** Points among which neighbors are found. */
export interface Anchors {
  readonly dimensions: number
  /** n × dimensions, row-major */
  readonly points: Float32Array
}

/** The `k` anchors with the smallest Euclidean distance to `point`, the nearest first. */
export function nearest(anchors: Anchors, point: Float32Array, k: number): Int32Array {
  const { dimensions, points } = anchors
  const products = new Float32Array(points.length / dimensions)
  for (let anchor = 0; anchor < products.length; anchor++) {
    let sum = 0
    for (let d = 0; d < dimensions; d++) sum += point[d]! * points[anchor * dimensions + d]!
    products[anchor] = sum
  }
  return nearestByProducts(products, halfSquares(anchors), k)
}

/** Calls `visit` with the nearest anchors of each of many points, in their order. */
export async function forEachNearest(
  anchors: Anchors,
  points: Float32Array,
  k: number,
  visit: (neighbors: Int32Array, point: number) => void,
): Promise<void> {
  const { dimensions } = anchors
  const size = anchors.points.length / dimensions
  const count = points.length / dimensions
  const half = halfSquares(anchors)
  for (let start = 0; start < count; start += pointsPerProduct) {
    const rows = Math.min(pointsPerProduct, count - start)
    const products = await read(
      tf.tidy(() => {
        const batch = points.subarray(start * dimensions, (start + rows) * dimensions)
        const left = tf.tensor2d(batch, [rows, dimensions])
        return tf.matMul(left, tf.tensor2d(anchors.points, [size, dimensions]), false, true)
      }),
    )
    for (let row = 0; row < rows; row++)
      visit(nearestByProducts(products.subarray(row * size, (row + 1) * size), half, k), start + row)
  }
}

const pointsPerProduct = 500

/** |p − a|² = |p|² − 2 (p·a − |a|²/2), so the nearest anchor has the largest p·a − |a|²/2. */
function nearestByProducts(products: Float32Array, half: Float32Array, k: number): Int32Array {
  return topItems(
    products.map((product, anchor) => product - half[anchor]!),
    none,
    k,
  )
}

const none = new Int32Array(0)

function halfSquares({ dimensions, points }: Anchors): Float32Array {
  const half = new Float32Array(points.length / dimensions)
  for (let n = 0; n < points.length; n++) half[Math.floor(n / dimensions)]! += points[n]! ** 2 / 2
  return half
}
