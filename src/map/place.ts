import { type Anchors, forEachNearest, nearest } from './nearest.ts'

/** Points with their positions on a map. */
export interface PlacedAnchors extends Anchors {
  /** n × 2, row-major */
  readonly positions: Float32Array
}

/** The position of a point that was not laid out: the median, in each coordinate, of those of its nearest anchors. */
export function place(anchors: PlacedAnchors, point: Float32Array): [x: number, y: number] {
  return medianOf(anchors.positions, nearest(anchors, point, placingNeighbors))
}

/** The same for many points: n × 2, row-major. */
export async function placeAll(anchors: PlacedAnchors, points: Float32Array): Promise<Float32Array> {
  const positions = new Float32Array((2 * points.length) / anchors.dimensions)
  await forEachNearest(anchors, points, placingNeighbors, (neighbors, point) => {
    positions.set(medianOf(anchors.positions, neighbors), 2 * point)
  })
  return positions
}

/** As recommended for new points by Kobak and Berens, "The art of using t-SNE for single-cell transcriptomics", 2019. */
export const placingNeighbors = 10

/**
 * The median of the positions of these rows in each coordinate. Unlike a mean, it is not between two groups of neighbors
 * if one of them is larger.
 *
 * @param positions n × 2, row-major
 */
export function medianOf(positions: Float32Array, rows: Int32Array): [x: number, y: number] {
  const median = (axis: number) => {
    const values = Float32Array.from(rows, (row) => positions[2 * row + axis]!).sort()
    const middle = values.length / 2
    return (values[Math.floor(middle)]! + values[Math.ceil(middle) - 1]!) / 2
  }
  return [median(0), median(1)]
}
