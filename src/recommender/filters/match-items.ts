import { createIdMap } from '../../interactions/id-map.ts'
import type { Catalog } from '../../ratings/item-catalog.ts'
import { inTurns } from '../turns.ts'
import { type AttributeColumn, readColumn } from './attribute-column.ts'
import type { Filter } from './filter.ts'
import { attributesOf, matchFilter } from './match-filter.ts'

/** Those of some items that match a filter, in their order. For all items of a model see `FilterMasks`. */
export async function matchItems(
  filter: Filter,
  itemIds: readonly string[],
  catalog: Catalog,
): Promise<string[]> {
  const ids = createIdMap(itemIds)
  const columns = new Map<string, AttributeColumn>()
  for (const name of new Set(attributesOf(filter)))
    columns.set(name, await inTurns(readColumn(name, ids, catalog)))
  const mask = await inTurns(matchFilter(filter, ids.size, (name) => columns.get(name)))
  return itemIds.filter((_, item) => mask[item] === 1)
}
