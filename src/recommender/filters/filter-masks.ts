import { LRUCache } from 'lru-cache'
import type { IdMap } from '../../interactions/id-map.ts'
import type { Catalog } from '../../ratings/item-catalog.ts'
import type { Filter } from './filter.ts'
import { compileFilter } from './match-filter.ts'

/** Filters evaluated for all items of a model and cached, so that ranking reads one byte per item. */
export class FilterMasks {
  readonly #items: IdMap
  readonly #masks = new LRUCache<string, { readonly catalog: Catalog; readonly mask: Uint8Array }>({
    max: maxMasks,
  })

  constructor(items: IdMap) {
    this.#items = items
  }

  /**
   * One byte per item, 1 where the filter matches. The mask is in shared memory and must not be written to; the same
   * filter gives the same mask until the catalog changes.
   */
  of(filter: Filter, catalog: Catalog): Uint8Array {
    const key = JSON.stringify(filter)
    const cached = this.#masks.get(key)
    if (cached?.catalog === catalog) return cached.mask
    const mask = new Uint8Array(new SharedArrayBuffer(this.#items.size))
    const matches = compileFilter(filter)
    for (const [item, itemId] of this.#items.ids.entries())
      mask[item] = matches(itemId, catalog.get(itemId)) ? 1 : 0
    this.#masks.set(key, { catalog, mask })
    return mask
  }
}

const maxMasks = 200
