// What distinguishes the users of a segment from all others.
import type { Catalog } from '../ratings/item-catalog.ts'
import { compareOdds } from './log-odds.ts'
import type { CharacteristicAttribute, CharacteristicItem, Segment } from './segmentation.ts'

export interface ClusteredUser {
  readonly cluster: number
  /** The items that count as the user's interests. */
  readonly itemIds: readonly string[]
}

type Characterized = Pick<Segment, 'name' | 'users' | 'items' | 'attributes'>

/**
 * For each of `k` clusters: items by the odds that a user has them, and attributes by the odds that an item of the users has
 * them, against all other users. Only what at least 5 % of the users, or of their items, have counts, and 5 at least.
 */
export function characterize(users: readonly ClusteredUser[], k: number, catalog: Catalog): Characterized[] {
  const sizes = new Int32Array(k)
  const interactions = new Int32Array(k)
  const byItem = new Counts<string>(k)
  const byValue = new Counts<string>(k)
  for (const { cluster, itemIds } of users) {
    sizes[cluster]!++
    interactions[cluster]! += itemIds.length
    for (const itemId of itemIds) {
      byItem.add(itemId, cluster)
      for (const value of valuesOf(catalog, itemId)) byValue.add(value, cluster)
    }
  }
  return Array.from({ length: k }, (_, cluster) => {
    const items = mostCharacteristic(byItem, cluster, sizes).map(
      ({ key, ...rest }): CharacteristicItem => ({ itemId: key, ...rest }),
    )
    const attributes = mostCharacteristic(byValue, cluster, interactions).map(
      ({ key, ...rest }): CharacteristicAttribute => {
        const [attribute, value] = JSON.parse(key) as [string, string]
        return { attribute, value, ...rest }
      },
    )
    return { name: nameOf(items, attributes, catalog), users: sizes[cluster]!, items, attributes }
  })
}

const minShare = 0.05
const minCount = 5
const maxListed = 10
const maxNamed = 2

function mostCharacteristic(counts: Counts<string>, cluster: number, totals: Int32Array) {
  const of = totals[cluster]!
  const ofOthers = totals.reduce((sum, total) => sum + total, 0) - of
  return counts
    .entries(cluster)
    .filter(({ count }) => count >= minCount && count >= minShare * of)
    .map(({ key, count, elsewhere }) => ({
      key,
      ...compareOdds({ count, of }, { count: elsewhere, of: ofOthers }),
    }))
    .filter(({ logOdds }) => logOdds > 0)
    .sort((a, b) => b.logOdds - a.logOdds || (a.key < b.key ? -1 : 1))
    .slice(0, maxListed)
}

/** By attributes, else by items. */
function nameOf(
  items: readonly CharacteristicItem[],
  attributes: readonly CharacteristicAttribute[],
  catalog: Catalog,
): string {
  const values = attributes.map(({ value }) => value)
  const titles = items.map(({ itemId }) => catalog.get(itemId)?.title ?? itemId)
  const named = values.length > 0 ? values : titles
  return named.length > 0 ? named.slice(0, maxNamed).join(', ') : 'no characteristic items'
}

/** The texts of an item's attributes; numbers, such as a year, are no categories. */
function valuesOf(catalog: Catalog, itemId: string): string[] {
  return Object.entries(catalog.get(itemId)?.attributes ?? {}).flatMap(([attribute, value]) =>
    [...new Set(Array.isArray(value) ? value : [value])]
      .filter((entry) => typeof entry === 'string')
      .map((entry) => JSON.stringify([attribute, entry])),
  )
}

/** How often something occurs in each cluster. */
class Counts<K> {
  readonly #k: number
  readonly #counts = new Map<K, Int32Array>()

  constructor(k: number) {
    this.#k = k
  }

  add(key: K, cluster: number): void {
    let counts = this.#counts.get(key)
    if (counts === undefined) {
      counts = new Int32Array(this.#k)
      this.#counts.set(key, counts)
    }
    counts[cluster]!++
  }

  entries(cluster: number) {
    return [...this.#counts].map(([key, counts]) => ({
      key,
      count: counts[cluster]!,
      elsewhere: counts.reduce((sum, count) => sum + count, 0) - counts[cluster]!,
    }))
  }
}
