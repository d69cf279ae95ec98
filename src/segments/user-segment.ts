import { project } from '../map/projection.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import type { InferOptions } from '../recommender/inference/inference.ts'
import { embed } from '../recommender/latent-space.ts'
import { userMapOf } from '../recommender/map.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { nearestCentroid } from './cluster.ts'
import type { Segment, Segmentation } from './segmentation.ts'

/**
 * The segment of a user who has rated these items.
 *
 * @returns null if the model cannot rank by them
 * @throws UnsupportedByModelError if the version has no map of users
 */
export async function segmentOf(
  model: ServedModel,
  { segments }: Segmentation,
  rated: readonly RatedItem[],
  inferOptions?: InferOptions,
): Promise<Segment | null> {
  const { projection } = userMapOf(model)
  if (!model.canRankBy(model.toHistory(rated).history)) return null
  const { mean } = await embed(model, rated, inferOptions)
  const centroids = segments.map(({ centroid }) => centroid)
  return segments[nearestCentroid(centroids, project(projection, mean))]!
}
