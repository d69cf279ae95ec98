import type { CatalogItem, ItemCatalog } from '../ratings/item-catalog.ts'
import type { Filter } from '../recommender/filters/filter.ts'
import { matchItems } from '../recommender/filters/match-items.ts'

export interface CatalogPage {
  readonly items: readonly (readonly [itemId: string, item: CatalogItem])[]
  /** The id after which the next page starts; null at the end of the catalog. */
  readonly next: string | null
}

/**
 * At most `limit` items after `after`, in the order of their ids. A page has fewer, or none, if few of the 20,000 items
 * that are read for it match the filter.
 */
export async function readCatalogPage(
  catalog: Pick<ItemCatalog, 'page'>,
  { filter, after, limit }: { filter: Filter | undefined; after: string | undefined; limit: number },
): Promise<CatalogPage> {
  const items: [string, CatalogItem][] = []
  const count = filter === undefined ? limit : batchSize
  let last = after
  for (let read = 0; read < maxRead; read += count) {
    const batch = await catalog.page(last, count)
    const ids = [...batch.keys()]
    const matching = filter === undefined ? ids : await matchItems(filter, ids, batch)
    for (const itemId of matching) {
      items.push([itemId, batch.get(itemId)!])
      if (items.length === limit) return { items, next: itemId }
    }
    if (batch.size < count) return { items, next: null }
    last = ids.at(-1)
  }
  return { items, next: last ?? null }
}

const batchSize = 1000
const maxRead = 20_000
