import { injectAttack, type ShillingAttack } from '../../src/anomalies/shilling-attack.ts'
import { columnCounts } from '../../src/interactions/csr/csr-matrix.ts'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { createRandom } from '../../src/random/random.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'

const world = createPlantedWorld({ users: 800, items: 600, ratingsPerUser: 40, seed: 3 })

/** The ratings of 800 real users. */
export const realRatings = await readInteractions(pagesOf(world.ratings()))

async function* pagesOf<T>(all: Iterable<T>) {
  yield [...all]
}

/** An item with few ratings, as attacks promote. */
export const target = columnCounts(realRatings.matrix).findIndex((count) => count >= 15 && count <= 30)

/** The same with fake users, called `fake 1` and so on, after the real ones. */
export function attacked(attack: Partial<ShillingAttack>): Interactions {
  const { matrix, users, items } = realRatings
  const options = { type: 'bandwagon', target, profiles: 24, fillers: 60, ...attack } as const
  const random = createRandom('attack', options.type)
  return {
    matrix: injectAttack(matrix, options, random),
    users: createIdMap([
      ...users.ids,
      ...Array.from({ length: options.profiles }, (_, n) => `fake ${n + 1}`),
    ]),
    items,
  }
}
