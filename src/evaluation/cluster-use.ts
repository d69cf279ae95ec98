import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { ClusteredModel } from '../models/scorer.ts'

/** How a model that was trained with a clustering term uses its clusters. */
export interface ClusterUse {
  /** Clusters whose centroid is the nearest one of at least a tenth of their share of the users. */
  readonly used: number
  readonly count: number
}

export async function measureClusters(model: ClusteredModel, histories: CsrMatrix): Promise<ClusterUse> {
  const { centroids, latentSize } = model
  const embeddings = await model.embed(histories)
  const sizes = new Int32Array(centroids.length / latentSize)
  for (let user = 0; user < histories.rows; user++)
    sizes[nearestRow(centroids, embeddings.subarray(user * latentSize, (user + 1) * latentSize))]!++
  const smallest = Math.max(1, (0.1 * histories.rows) / sizes.length)
  return { used: sizes.filter((size) => size >= smallest).length, count: sizes.length }
}

/** The row of a row-major matrix that is nearest to a point. */
function nearestRow(matrix: Float32Array, point: Float32Array): number {
  let nearest = 0
  let smallest = Number.POSITIVE_INFINITY
  for (let row = 0; row < matrix.length / point.length; row++) {
    const distance = point.reduce((sum, x, d) => sum + (x - matrix[row * point.length + d]!) ** 2, 0)
    if (distance >= smallest) continue
    smallest = distance
    nearest = row
  }
  return nearest
}
