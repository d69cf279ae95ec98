// The map of a served model, with the items and users that it was not computed for.
import type { ItemMap, UserMap } from '../map/latent-map.ts'
import { medianOf, place, placingNeighbors } from '../map/place.ts'
import { project } from '../map/projection.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import { type InferOptions, UnsupportedByModelError } from './inference/inference.ts'
import { embed } from './latent-space.ts'
import type { ServedItems } from './new-items.ts'
import type { ServedModel } from './served-model.ts'

export interface MappedItem {
  readonly itemId: string
  readonly x: number
  readonly y: number
  /** Whether it was added after the training, and is placed by the most similar items. */
  readonly isNew: boolean
}

/**
 * All items that the model knows.
 *
 * @throws UnsupportedByModelError when the version has no map of items
 */
export async function mapItems(model: ServedModel): Promise<MappedItem[]> {
  const { positions } = itemMapOf(model)
  const { items, trainedItems } = model
  const added = await positionsOfNewItems(model)
  const positionOf = (item: number) =>
    item < trainedItems.size ? positions.subarray(2 * item, 2 * item + 2) : added.get(item)
  return items.ids.flatMap((itemId, item) => {
    const position = positionOf(item)
    if (position === undefined) return []
    return { itemId, x: position[0]!, y: position[1]!, isNew: item >= trainedItems.size }
  })
}

/** @throws UnsupportedByModelError */
export function itemMapOf(model: ServedModel): ItemMap {
  return model.map?.items ?? reject(model, 'items')
}

/** @throws UnsupportedByModelError */
export function userMapOf(model: ServedModel): UserMap {
  return model.map?.users ?? reject(model, 'users')
}

/**
 * Where a user who has rated these items is on the map of users: by the nearest users of its sample.
 *
 * @returns null if the model cannot rank by these ratings: then all such users have the same embedding
 * @throws UnsupportedByModelError when the version has no map of users
 */
export async function placeUser(
  model: ServedModel,
  rated: readonly RatedItem[],
  inferOptions?: InferOptions,
): Promise<{ x: number; y: number } | null> {
  const { projection, anchors } = userMapOf(model)
  if (!model.canRankBy(model.toHistory(rated).history)) return null
  const { mean } = await embed(model, rated, inferOptions)
  const [x, y] = place(anchors, project(projection, mean))
  return { x, y }
}

function reject({ manifest }: ServedModel, of: 'items' | 'users'): never {
  throw new UnsupportedByModelError(
    `${manifest.model} version ${manifest.version} has no map of ${of}: the model has no embeddings of ${of}, or an ` +
      'earlier release trained the version. Use another model, or train this one again',
  )
}

type Positions = ReadonlyMap<number, readonly [x: number, y: number]>

const known = new WeakMap<ServedItems, Promise<Positions>>()

/** By item number, of the items that were added after the training; kept until the items change. */
function positionsOfNewItems(model: ServedModel): Promise<Positions> {
  const { items } = model
  const computed = known.get(items) ?? placeNewItems(model)
  known.set(items, computed)
  computed.catch(() => known.delete(items))
  return computed
}

async function placeNewItems(model: ServedModel): Promise<Positions> {
  const { positions } = itemMapOf(model)
  const { items, trainedItems, inference } = model
  const isTrained = new Uint8Array(trainedItems.size).fill(1)
  const placed = new Map<number, readonly [number, number]>()
  const withdrawn = new Set(items.withdrawn)
  for (let item = trainedItems.size; item < items.size; item++) {
    if (withdrawn.has(item)) continue
    const similar = await inference.infer({
      ...{ kind: 'similar-items', item, k: placingNeighbors },
      ...{ excluded: new Int32Array(0), allowed: isTrained },
    })
    placed.set(item, medianOf(positions, similar.items))
  }
  return placed
}
