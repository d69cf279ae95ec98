// Segments: clusters of users with similar embeddings.

/** The segments of a version of a model. */
export interface Segmentation {
  readonly model: string
  readonly version: number
  readonly createdAt: Date
  readonly seed: number
  /** The number of users who were clustered. */
  readonly users: number
  /** The mean silhouette of a sample of users, from −1 to 1. */
  readonly silhouette: number
  /** The mean adjusted Rand index of clusterings from different seeds: 1 if all are the same, 0 for random ones. */
  readonly stability: number
  /** The largest first. */
  readonly segments: readonly Segment[]
}

export interface Segment {
  /** Counts from 1. */
  readonly segment: number
  readonly name: string
  readonly users: number
  /** Of all users. */
  readonly share: number
  /** Attributes of the items in the histories of the segment, the most characteristic first. */
  readonly attributes: readonly CharacteristicAttribute[]
  /** Items in the histories of the segment, the most characteristic first. */
  readonly items: readonly CharacteristicItem[]
  /** The mean of its users as projected, see `Projection`. */
  readonly centroid: readonly number[]
}

export interface CharacteristicAttribute extends Characteristic {
  readonly attribute: string
  readonly value: string
}

export interface CharacteristicItem extends Characteristic {
  readonly itemId: string
}

/** How much more often something occurs in a segment than elsewhere. */
export interface Characteristic {
  /** Its share in the segment. */
  readonly share: number
  /** Its share among all other users. */
  readonly shareElsewhere: number
  /** The logarithm of the ratio of the odds in the segment to the odds elsewhere. */
  readonly logOdds: number
}

/** A segment as a row for spreadsheets. */
export function rowOf({ segment, name, users, share, attributes, items }: Omit<Segment, 'centroid'>) {
  return {
    ...{ segment, name, users, share },
    attributes: attributes.map(({ attribute, value }) => `${attribute}=${value}`),
    items: items.map(({ itemId }) => itemId),
  }
}

/** The users were not segmented by the version. */
export class NoSegmentsError extends Error {
  override readonly name = 'NoSegmentsError'
}
