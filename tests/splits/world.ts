import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { createIdMap, type IdMap } from '../../src/interactions/id-map.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import type { Rating } from '../../src/ratings/rating.ts'

/** Interactions of ratings given one by one, users and items in order of appearance. */
export function interactionsOf(ratings: readonly Rating[]): Interactions {
  const users = createIdMap([...new Set(ratings.map(({ userId }) => userId))])
  const items = createIdMap([...new Set(ratings.map(({ itemId }) => itemId))])
  const place = ({ userId, itemId }: Rating) => users.indexOf(userId)! * items.size + items.indexOf(itemId)!
  const ordered = ratings.toSorted((a, b) => place(a) - place(b))
  const matrix = csrFromEntries(users.size, items.size, {
    row: Int32Array.from(ordered, ({ userId }) => users.indexOf(userId)!),
    column: Int32Array.from(ordered, ({ itemId }) => items.indexOf(itemId)!),
    values: Float32Array.from(ordered, ({ value }) => value),
  })
  const timed = ordered.every(({ time }) => time !== undefined)
  return { matrix, users, items, ...(timed && { times: Float64Array.from(ordered, ({ time }) => time!) }) }
}

/** `userId itemId value` of every entry, in order. */
export function listOf(matrix: CsrMatrix, userIds: ArrayLike<string>, items: IdMap): string[] {
  const list: string[] = []
  for (let user = 0; user < matrix.rows; user++)
    for (let n = matrix.offsets[user]!; n < matrix.offsets[user + 1]!; n++)
      list.push(`${userIds[user]} ${items.idOf(matrix.indices[n]!)} ${matrix.values[n]}`)
  return list
}

export const worldRatings = [
  ...createPlantedWorld({ users: 300, items: 120, ratingsPerUser: 30, seed: 3 }).ratings(),
]
export const world = interactionsOf(worldRatings)

/** FNV-1a in big integers, as its definition reads. */
export function plainFnv1a(text: string): bigint {
  return [...Buffer.from(text)].reduce(
    (hash, byte) => ((hash ^ BigInt(byte)) * 16777619n) % 2n ** 32n,
    2166136261n,
  )
}
