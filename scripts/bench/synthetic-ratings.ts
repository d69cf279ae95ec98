// Ratings with the size, density and popularity distribution of a known data set, and no other structure.
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { createRandom, type Random } from '../../src/random/random.ts'

export interface Shape {
  readonly users: number
  readonly items: number
  readonly ratings: number
}

/** The rating matrices of these data sets; items-… is ML-20M's ratings spread over a large catalog. */
export const shapes: Readonly<Record<'ml-1m' | 'ml-20m' | 'items-50k' | 'items-100k' | 'items-300k', Shape>> =
  {
    'ml-1m': { users: 6_040, items: 3_706, ratings: 1_000_209 },
    'ml-20m': { users: 138_493, items: 26_744, ratings: 20_000_263 },
    'items-50k': { users: 138_493, items: 50_000, ratings: 20_000_263 },
    'items-100k': { users: 138_493, items: 100_000, ratings: 20_000_263 },
    'items-300k': { users: 138_493, items: 300_000, ratings: 20_000_263 },
  }

/** What is left of them for ranking: ratings of 4 and more by users who have five of those. */
export const positiveShapes: typeof shapes = {
  'ml-1m': { users: 6_034, items: 3_533, ratings: 575_272 },
  'ml-20m': { users: 116_677, items: 20_108, ratings: 8_167_390 },
  'items-50k': { users: 116_677, items: 50_000, ratings: 8_167_390 },
  'items-100k': { users: 116_677, items: 100_000, ratings: 8_167_390 },
  'items-300k': { users: 116_677, items: 300_000, ratings: 8_167_390 },
}

/**
 * users × items with about `ratings` entries of 1 to 5. Item popularity falls as a power of its rank (exponent 0.9,
 * as MovieLens' head does) and activity is log-normal. The same seed gives the same matrix.
 */
export function syntheticRatings(shape: Shape, seed: number): CsrMatrix {
  const random = createRandom(seed, 'synthetic')
  const draw = powerLaw(shape.items, random)
  return drawRatings(shape, random, () => draw)
}

/**
 * The same with structure: the items belong to `groups` of equal popularity, and a user takes four in five from three
 * groups of their own.
 */
export function groupedRatings(shape: Shape & { readonly groups: number }, seed: number): CsrMatrix {
  const { items, groups } = shape
  const random = createRandom(seed, 'grouped')
  const drawAny = powerLaw(items, random)
  const drawRank = powerLaw(Math.floor(items / groups), random)
  return drawRatings(shape, random, () => {
    const own = Array.from({ length: 3 }, () => random.integer(groups))
    return () => (random.uniform() < 0.2 ? drawAny() : drawRank() * groups + own[random.integer(3)]!)
  })
}

function drawRatings(
  { users, items, ratings }: Shape,
  random: Random,
  drawOf: () => () => number,
): CsrMatrix {
  const offsets = new Int32Array(users + 1)
  const indices = new Int32Array(Math.ceil(ratings * 1.2) + users)
  const taken = new Int32Array(items).fill(-1)
  for (let user = 0; user < users; user++) {
    const draw = drawOf()
    let at = offsets[user]!
    const activity = (ratings / users) * Math.exp(0.8 * random.normal() - 0.32)
    const end = Math.min(indices.length, at + Math.min(items >> 2, Math.max(5, Math.round(activity))))
    while (at < end) {
      const item = draw()
      if (taken[item] === user) continue
      taken[item] = user
      indices[at++] = item
    }
    indices.subarray(offsets[user], at).sort()
    offsets[user + 1] = at
  }
  const size = offsets[users]!
  const values = Float32Array.from({ length: size }, () => 1 + random.integer(5))
  return { rows: users, columns: items, offsets, indices: indices.slice(0, size), values }
}

/** Draws items by inverting the continuous distribution whose density falls as (rank + 20)^−0.9. */
function powerLaw(items: number, random: Random): () => number {
  const exponent = 0.1
  const low = 20 ** exponent
  const range = (items + 20) ** exponent - low
  return () => Math.min(items - 1, Math.floor((low + range * random.uniform()) ** (1 / exponent) - 20))
}
