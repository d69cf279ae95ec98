// Filters worked out for the items of a model, so that an answer looks up a byte for each item.
import { LRUCache } from 'lru-cache'
import type { IdMap } from '../../interactions/id-map.ts'
import type { Catalog, CatalogItem } from '../../ratings/item-catalog.ts'
import type { Filter } from './filter.ts'
import { compileFilter } from './match-filter.ts'

/**
 * A byte for each item: 1 where the filter lets it be shown. In shared memory, and the same again for the same filter
 * until the catalog changes; nobody may write to it.
 */
export function filterMask(filter: Filter, items: IdMap, catalog: Catalog): Uint8Array {
  const masks = masksOf(items)
  const key = JSON.stringify(filter)
  const known = masks.get(key)
  if (known?.catalog === catalog) return known.mask
  const mask = new Uint8Array(new SharedArrayBuffer(items.size))
  const matches = compileFilter(filter)
  for (const [item, itemId] of items.ids.entries())
    mask[item] = matches(itemId, catalog.get(itemId) ?? nothingKnown) ? 1 : 0
  masks.set(key, { catalog, mask })
  return mask
}

const nothingKnown: CatalogItem = { title: null, attributes: {} }

type Masks = LRUCache<string, { readonly catalog: Catalog; readonly mask: Uint8Array }>

const masksOfModels = new WeakMap<IdMap, Masks>()

function masksOf(items: IdMap): Masks {
  const known = masksOfModels.get(items)
  if (known) return known
  const masks: Masks = new LRUCache({ max: masksKept })
  masksOfModels.set(items, masks)
  return masks
}

const masksKept = 200
