// The points of a map as columns, which the script of the page draws.
import { formatCount } from '../../pages/numbers.ts'
import { userMapOf } from '../../recommender/map.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import type { ConsoleContext } from '../visitor.ts'
import { colorPoints, useMap } from './map-query.ts'

/** points × 2 as 32-bit floats, little-endian */
export async function sendPositions(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const positions = await useMap(c, dependencies, async (_, { positions }) => littleEndian(positions))
  // the address has the edition
  return sendBytes(c, positions, 'private, max-age=31536000, immutable')
}

/** A byte for each point: the number of its category, 0 for none. */
export async function sendColors(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const column = await useMap(c, dependencies, async (served, points, map) => {
    const coloring = await colorPoints(served, points, map, dependencies)
    return coloring.column.slice()
  })
  return sendBytes(c, column, revalidated)
}

/** A name for each point, and the ids of items. */
export async function sendNames(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const names = await useMap(c, dependencies, async (served, { itemIds }, { kind }) => {
    if (kind === 'users')
      return {
        names: Array.from(userMapOf(served).activity, (count) => `A user with ${formatCount(count)} ratings`),
      }
    const catalog = await dependencies.catalog.read()
    return { ids: itemIds, names: itemIds.map((itemId) => catalog.get(itemId)?.title ?? itemId) }
  })
  c.header('Cache-Control', revalidated)
  return c.json(names)
}

const revalidated = 'private, no-cache'

function sendBytes(c: ConsoleContext, bytes: Uint8Array<ArrayBuffer>, caching: string) {
  c.header('Cache-Control', caching)
  return c.body(bytes, 200, { 'Content-Type': 'application/octet-stream' })
}

function littleEndian(values: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  for (const [n, value] of values.entries()) view.setFloat32(4 * n, value, true)
  return new Uint8Array(view.buffer)
}
