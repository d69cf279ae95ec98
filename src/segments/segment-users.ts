import { descending } from 'd3-array'
import type { UserMap } from '../map/latent-map.ts'
import { dimensionsOf, projectRows } from '../map/projection.ts'
import { createRandom } from '../random/random.ts'
import type { Catalog } from '../ratings/item-catalog.ts'
import type { UserHistories } from '../ratings/user-histories.ts'
import { toHistory } from '../recommender/history.ts'
import { inferBatch } from '../recommender/inference/infer-batch.ts'
import type { InferenceModel } from '../recommender/inference/inference-model.ts'
import type { Artifact } from '../registry/artifact.ts'
import { characterize } from './characterize.ts'
import { cluster, minClusterSize, nearestCentroid } from './cluster.ts'
import type { Segment, Segmentation } from './segmentation.ts'

export interface SegmentOptions {
  readonly k: number | 'auto'
  readonly seed: number
  readonly signal?: AbortSignal
  /** Receives the number of users who have been read. */
  onProgress?(users: number): void
}

export interface SegmentedUsers extends Omit<Segmentation, 'model' | 'version' | 'createdAt'> {
  readonly members: readonly { readonly userId: string; readonly segment: number }[]
}

/**
 * Clusters all users with positive interactions, or with ratings for a model that reads all, by their current embeddings, as
 * projected for the map. A random 2,000 of them are clustered; each user is in the segment of the nearest centroid. A
 * cluster of fewer than five of them is no segment, since its centroid would be the embedding of a user.
 *
 * @throws Error if there are too few users, and the signal's reason when it interrupts the computation
 */
export async function segmentUsers(
  model: InferenceModel,
  artifact: Pick<Artifact, 'items'>,
  { projection }: UserMap,
  { userHistories, catalog, positiveThreshold }: SegmentSources,
  { k, seed, signal, onProgress }: SegmentOptions,
): Promise<SegmentedUsers> {
  const dimensions = dimensionsOf(projection)
  const users: { readonly userId: string; readonly itemIds: readonly string[]; readonly point: number[] }[] =
    []
  let read = 0
  for await (const page of userHistories(allUsers)) {
    signal?.throwIfAborted()
    const known = page
      .map(({ userId, history }) => ({ userId, history: toHistory(history, artifact.items).history }))
      .map((user) => ({ ...user, itemIds: interestsOf(user.history) }))
      .filter(({ itemIds }) => itemIds.length > 0)
    const requests = known.map(({ history }) => ({ kind: 'embed' as const, history }))
    const embeddings = await inferBatch(model, requests)
    const flat = Float32Array.from(embeddings.flatMap(({ mean }) => [...mean]))
    const points = await projectRows(
      projection,
      flat,
      Int32Array.from(known, (_, n) => n),
    )
    for (const [n, { userId, itemIds }] of known.entries())
      users.push({ userId, itemIds, point: [...points.subarray(n * dimensions, (n + 1) * dimensions)] })
    read += page.length
    onProgress?.(read)
  }
  const minUsers = Math.max(minClustered, k === 'auto' ? 0 : minClusterSize * k)
  if (users.length < minUsers)
    throw new Error(
      `${users.length} users have interactions that the model can rank by; segments need ${minUsers}`,
    )
  const order = createRandom(seed, 'segments').permutation(users.length).subarray(0, maxClustered)
  const clustering = await cluster(
    Array.from(order, (n) => users[n]!.point),
    k,
    seed,
  )
  const clustered = users.map((user) => ({
    ...user,
    cluster: nearestCentroid(clustering.centroids, user.point),
  }))
  const described = characterize(clustered, clustering.centroids.length, catalog)
  const sizes = described.map(({ users }) => users)
  // the largest first
  const ranked = [...sizes.keys()].sort((a, b) => descending(sizes[a], sizes[b]) || a - b)
  const segments = ranked.map(
    (cluster, n): Segment => ({
      segment: n + 1,
      ...described[cluster]!,
      share: sizes[cluster]! / users.length,
      centroid: clustering.centroids[cluster]!,
    }),
  )
  const { silhouette, stability } = clustering
  const members = clustered.map(({ userId, cluster }) => ({ userId, segment: ranked.indexOf(cluster) + 1 }))
  return { seed, users: users.length, silhouette, stability, segments, members }

  function interestsOf({ items, values }: ReturnType<typeof toHistory>['history']): string[] {
    return Array.from(items)
      .filter((_, n) => positiveThreshold === undefined || values[n]! >= positiveThreshold)
      .map((item) => artifact.items.idOf(item))
  }
}

export interface SegmentSources {
  readonly userHistories: UserHistories
  readonly catalog: Catalog
  /** The lowest value of a positive interaction; undefined for a model that reads all ratings. */
  readonly positiveThreshold: number | undefined
}

const allUsers = 2 ** 31 - 1
const maxClustered = 2000
const minClustered = 20
