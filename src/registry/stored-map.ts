// The map of a version as tensors of its artifact.
import type { LatentMap, MapQuality } from '../map/latent-map.ts'
import { requireWeight, type Weight, type Weights } from '../models/weights.ts'

/** The tensors `map/…`. */
export function tensorsOfMap({ items, users }: LatentMap): Weights {
  return {
    ...(items && {
      'map/items': { shape: [items.positions.length / 2, 2], values: items.positions },
      'map/items/quality': qualityTensor(items.quality),
    }),
    ...(users && {
      'map/users': { shape: [users.activity.length, 2], values: users.anchors.positions },
      'map/users/points': {
        shape: [users.activity.length, users.anchors.dimensions],
        values: users.anchors.points,
      },
      'map/users/mean': { shape: [users.projection.mean.length], values: users.projection.mean },
      'map/users/components': {
        shape: [users.projection.mean.length, users.anchors.dimensions],
        values: users.projection.components,
      },
      'map/users/activity': { shape: [users.activity.length], values: users.activity },
      'map/users/quality': qualityTensor(users.quality),
    }),
  }
}

/**
 * The map shares no memory with the tensors, which may be moved to another thread.
 *
 * @returns undefined if the artifact has no map
 * @throws Error if the tensors do not fit each other or the items
 */
export function mapOf(tensors: Weights, items: number): LatentMap | undefined {
  const map = {
    ...(tensors['map/items'] && { items: itemMapOf(tensors, items) }),
    ...(tensors['map/users'] && { users: userMapOf(tensors) }),
  }
  return map.items || map.users ? map : undefined
}

function itemMapOf(tensors: Weights, items: number): NonNullable<LatentMap['items']> {
  const positions = requireShape(tensors, 'map/items', [items, 2])
  return { positions, quality: qualityOf(tensors, 'map/items/quality') }
}

function userMapOf(tensors: Weights): NonNullable<LatentMap['users']> {
  const { shape } = requireWeight(tensors, 'map/users/points')
  const [users = 0, dimensions = 0] = shape
  const mean = requireWeight(tensors, 'map/users/mean').values.slice()
  return {
    projection: {
      mean,
      components: requireShape(tensors, 'map/users/components', [mean.length, dimensions]),
    },
    anchors: {
      dimensions,
      points: requireShape(tensors, 'map/users/points', [users, dimensions]),
      positions: requireShape(tensors, 'map/users', [users, 2]),
    },
    activity: requireShape(tensors, 'map/users/activity', [users]),
    quality: qualityOf(tensors, 'map/users/quality'),
  }
}

function qualityTensor({ map, components }: MapQuality): Weight {
  return { shape: [2], values: Float32Array.of(map, components) }
}

function qualityOf(tensors: Weights, name: string): MapQuality {
  const [map, components] = requireShape(tensors, name, [2])
  return { map: map!, components: components! }
}

function requireShape(tensors: Weights, name: string, expected: readonly number[]): Float32Array {
  const { shape, values } = requireWeight(tensors, name)
  if (shape.join() === expected.join()) return values.slice()
  throw new RangeError(`The tensor ${name} has the shape [${shape}] instead of [${expected}]`)
}
