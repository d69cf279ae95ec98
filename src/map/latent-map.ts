// The map of a model: two coordinates for each item, and for a sample of users.
import type { PlacedAnchors } from './place.ts'
import type { Projection } from './projection.ts'

/** Items and users have separate maps, since their embeddings are in separate spaces. */
export interface LatentMap {
  /** Absent for a model without item vectors. */
  readonly items?: ItemMap
  /** Absent for a model without embeddings of users. */
  readonly users?: UserMap
}

export interface ItemMap {
  /** items × 2, row-major, between −1 and 1 */
  readonly positions: Float32Array
  readonly quality: MapQuality
}

/** A sample of training users, without their ids. */
export interface UserMap {
  readonly projection: Projection
  /** The users of the sample as projected, and their positions between −1 and 1. */
  readonly anchors: PlacedAnchors
  /** The number of training ratings of each. */
  readonly activity: Float32Array
  readonly quality: MapQuality
}

/**
 * The trustworthiness of the 10 nearest neighbors on the map, and on a map of the first two principal components, among at
 * most 1,000 points. Neighbors among the embeddings are those with the highest centered cosine. NaN for fewer than 21 points.
 */
export interface MapQuality {
  readonly map: number
  readonly components: number
}
