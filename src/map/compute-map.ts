import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { rowLength } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import {
  hasItemSpace,
  type ItemSpace,
  isLatentModel,
  type LatentModel,
  type Scorer,
} from '../models/scorer.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { ItemMap, LatentMap, MapQuality, UserMap } from './latent-map.ts'
import { layOut } from './lay-out.ts'
import { type PlacedAnchors, placeAll } from './place.ts'
import { dimensionsOf, directionsOf, fitProjection, type Projection, projectRows } from './projection.ts'
import { trustworthiness } from './trustworthiness.ts'

/**
 * The map of a model: at most `maxAnchors` items are laid out by UMAP on their principal components, and the others are
 * placed by their neighbors among them. It has as many users, and no others. The same seed gives the same map on the same backend.
 *
 * @param ratings users × items: the training ratings
 * @returns undefined if the model has no embeddings, or they are too few or all the same
 */
export async function computeMap(
  scorer: Scorer,
  ratings: CsrMatrix,
  seed: number,
  maxAnchors = 2000,
): Promise<LatentMap | undefined> {
  const items = hasItemSpace(scorer) ? await mapItems(scorer, seed, maxAnchors) : undefined
  const users = isLatentModel(scorer) ? await mapUsers(scorer, ratings, seed, maxAnchors) : undefined
  return items || users ? { ...(items && { items }), ...(users && { users }) } : undefined
}

const minAnchors = 4

async function mapItems(
  scorer: Scorer & ItemSpace,
  seed: number,
  maxAnchors: number,
): Promise<ItemMap | undefined> {
  const { itemCount: count, itemVectorSize } = scorer
  const vectors = await readVectors(scorer, count)
  const random = createRandom(seed, 'map', 'items')
  const rows = sample(count, maxAnchors, random)
  const mapped = await mapEmbeddings(vectors, itemVectorSize, rows, random)
  if (mapped === undefined) return undefined
  const { projection, anchors, quality } = mapped
  if (rows.length === count) return { positions: anchors.positions, quality }
  const positions = await placeAll(anchors, await projectRows(projection, vectors, numbersBelow(count)))
  for (const [n, row] of rows.entries()) positions.set(anchors.positions.subarray(2 * n, 2 * n + 2), 2 * row)
  return { positions, quality: await qualityOf(vectors, projection, positions, random) }
}

async function mapUsers(
  model: LatentModel,
  ratings: CsrMatrix,
  seed: number,
  maxAnchors: number,
): Promise<UserMap | undefined> {
  const random = createRandom(seed, 'map', 'users')
  const users = usersWithRatings(ratings)
  const sampled = sample(users.length, maxAnchors, random).map((n) => users[n]!)
  const embeddings = await embedUsers(model, ratings, sampled)
  const mapped = await mapEmbeddings(embeddings, model.latentSize, numbersBelow(sampled.length), random)
  return mapped && { ...mapped, activity: Float32Array.from(sampled, (user) => rowLength(ratings, user)) }
}

/** Lays out the embeddings of `rows`; the quality is that of a map of all embeddings only if `rows` are all. */
async function mapEmbeddings(
  embeddings: Float32Array,
  size: number,
  rows: Int32Array,
  random: Random,
): Promise<{ projection: Projection; anchors: PlacedAnchors; quality: MapQuality } | undefined> {
  if (rows.length < minAnchors) return undefined
  const projection = await fitProjection(embeddings, size, rows, random)
  if (projection === undefined) return undefined
  const points = {
    dimensions: dimensionsOf(projection),
    points: await projectRows(projection, embeddings, rows),
  }
  const anchors = { ...points, positions: await layOut(points, random) }
  const selected = selectVectors(embeddings, size, rows)
  return { projection, anchors, quality: await qualityOf(selected, projection, anchors.positions, random) }
}

const measuredNeighbors = 10
const maxMeasured = 1000

async function qualityOf(
  embeddings: Float32Array,
  projection: Projection,
  positions: Float32Array,
  random: Random,
): Promise<MapQuality> {
  const size = projection.mean.length
  const rows = sample(embeddings.length / size, maxMeasured, random)
  if (rows.length <= 2 * measuredNeighbors) return { map: Number.NaN, components: Number.NaN }
  const original = { dimensions: size, points: directionsOf(embeddings, projection.mean, rows) }
  const projected = await projectRows(projection, embeddings, rows)
  const dimensions = dimensionsOf(projection)
  const components = Float32Array.from({ length: 2 * rows.length }, (_, n) =>
    dimensions < 2 && n % 2 === 1 ? 0 : projected[Math.floor(n / 2) * dimensions + (n % 2)]!,
  )
  const measure = (points: Float32Array) =>
    trustworthiness(original, { dimensions: 2, points }, measuredNeighbors)
  return { map: await measure(selectVectors(positions, 2, rows)), components: await measure(components) }
}

function selectVectors(vectors: Float32Array, size: number, rows: Int32Array): Float32Array {
  const selected = new Float32Array(rows.length * size)
  for (const [n, row] of rows.entries())
    selected.set(vectors.subarray(row * size, (row + 1) * size), n * size)
  return selected
}

function numbersBelow(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, n) => n)
}

/** At most `max` of 0 … count − 1, ascending. */
function sample(count: number, max: number, random: Random): Int32Array {
  return random.permutation(count).subarray(0, max).sort()
}

async function readVectors(space: ItemSpace, count: number): Promise<Float32Array> {
  const vectors = new Float32Array(count * space.itemVectorSize)
  for (let start = 0; start < count; start += batchSize) {
    const items = Int32Array.from({ length: Math.min(batchSize, count - start) }, (_, n) => start + n)
    vectors.set(await space.itemVectors(items), start * space.itemVectorSize)
  }
  return vectors
}

async function embedUsers(model: LatentModel, ratings: CsrMatrix, users: Int32Array): Promise<Float32Array> {
  const embeddings = new Float32Array(users.length * model.latentSize)
  for (let start = 0; start < users.length; start += userBatchSize) {
    const batch = users.subarray(start, start + userBatchSize)
    embeddings.set(await model.embed(selectRows(ratings, batch)), start * model.latentSize)
  }
  return embeddings
}

const batchSize = 4096
const userBatchSize = 100

function usersWithRatings(ratings: CsrMatrix): Int32Array {
  return Int32Array.from({ length: ratings.rows }, (_, user) => user).filter(
    (user) => rowLength(ratings, user) > 0,
  )
}
