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

/**
 * The same users with numbers of plays instead of stars, log-normal around a level of each user. Fake users play the target far
 * more often than their other items.
 */
export function attackedPlays(attack: Partial<ShillingAttack>): Interactions {
  const ratings = attacked(attack)
  const { rows, offsets, indices, values } = ratings.matrix
  const random = createRandom('plays')
  const plays = new Float32Array(values.length)
  for (let user = 0; user < rows; user++) {
    const level = 0.7 + 0.8 * random.normal()
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++) {
      const isPromoted = user >= realRatings.users.size && indices[n] === target
      const mean = level + (isPromoted ? 3.5 : 0.4 * (values[n]! - 3))
      plays[n] = Math.max(1, Math.round(Math.exp(mean + 0.8 * random.normal())))
    }
  }
  return { ...ratings, matrix: { ...ratings.matrix, values: plays } }
}
