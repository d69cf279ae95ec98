import { createHash } from 'node:crypto'
import { mapItems, userMapOf } from '../../recommender/map.ts'
import type { ServedModel } from '../../recommender/served-model.ts'

export const mapKinds = ['items', 'users'] as const

/** What the points of a map are. */
export type MapKind = (typeof mapKinds)[number]

/** The points of a map. Colors and names have the same order. */
export interface MapPoints {
  readonly count: number
  /** count × 2, row-major, between −1 and 1 */
  readonly positions: Float32Array
  /** Empty for users, whose ids are not stored with a map. */
  readonly itemIds: readonly string[]
  /** The number of the point of an item. */
  readonly numberOf: (itemId: string) => number | undefined
  /** Differs from that of a map with other points. */
  readonly edition: string
}

/**
 * The points of the map of a served model. The same object until they change.
 *
 * @throws UnsupportedByModelError when the version has no such map
 */
export function pointsOf(served: ServedModel, kind: MapKind): Promise<MapPoints> {
  // the items of a served model are replaced when new ones are known
  const source = kind === 'items' ? served.items : userMapOf(served)
  const points = known.get(source) ?? (kind === 'items' ? itemPoints(served) : userPoints(served))
  known.set(source, points)
  points.catch(() => known.delete(source))
  return points
}

const known = new WeakMap<object, Promise<MapPoints>>()

async function itemPoints(served: ServedModel): Promise<MapPoints> {
  const { items } = served
  const mapped = await mapItems(served)
  const positions = new Float32Array(2 * mapped.length)
  const numbers = new Int32Array(items.size).fill(none)
  for (const [n, { itemId, x, y }] of mapped.entries()) {
    positions.set([x, y], 2 * n)
    numbers[items.indexOf(itemId)!] = n
  }
  return {
    ...{ count: mapped.length, positions },
    itemIds: mapped.map(({ itemId }) => itemId),
    numberOf: (itemId) => {
      const number = numbers[items.indexOf(itemId) ?? none]
      return number === none ? undefined : number
    },
    edition: editionOf(served, positions),
  }
}

const none = -1

async function userPoints(served: ServedModel): Promise<MapPoints> {
  const { positions } = userMapOf(served).anchors
  return {
    ...{ count: positions.length / 2, positions, itemIds: [] },
    numberOf: () => undefined,
    edition: editionOf(served, positions),
  }
}

function editionOf({ items, manifest: { model, version } }: ServedModel, positions: Float32Array): string {
  return createHash('sha256')
    .update(JSON.stringify([model, version, items.ids]))
    .update(positions)
    .digest('hex')
    .slice(0, 16)
}
