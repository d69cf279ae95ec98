// The values that all items of a model have for an attribute, indexed so that a condition reads no item's attributes.
import type { IdMap } from '../../interactions/id-map.ts'
import type { Catalog, CatalogItem } from '../../ratings/item-catalog.ts'
import type { Sliced } from '../turns.ts'
import type { Literal } from './filter.ts'
import { sorted } from './sorted.ts'

/** The values of an attribute by type; a text that contains a number is also one of the numbers. */
export interface AttributeColumn {
  readonly string: ValueIndex<string>
  readonly number: ValueIndex<number>
  readonly boolean: ValueIndex<boolean>
}

export interface ValueIndex<T extends Literal> {
  /** Distinct, ascending. */
  readonly values: readonly T[]
  /** The items with value n are `items` from `offsets[n]` to `offsets[n + 1]`. */
  readonly offsets: Int32Array
  readonly items: Int32Array
  /** By item, the positions of its lowest and highest value in `values`; -1 for an item without one. */
  readonly lowest: Int32Array
  readonly highest: Int32Array
}

/**
 * Reads an attribute of all items. Besides its attributes an item has its columns, such as `id` and `title`; a list such
 * as `genres` is also found by its singular.
 */
export function* readColumn(name: string, itemIds: IdMap, catalog: Catalog): Sliced<AttributeColumn> {
  const itemsOf = {
    string: new Map<string, number[]>(),
    number: new Map<number, number[]>(),
    boolean: new Map<boolean, number[]>(),
  }
  for (const [item, itemId] of itemIds.ids.entries()) {
    const value = attributeOf(name, itemId, catalog.get(itemId))
    for (const single of Array.isArray(value) ? value : [value]) {
      if (typeof single === 'string') addTo(itemsOf.string, single, item)
      if (typeof single === 'boolean') addTo(itemsOf.boolean, single, item)
      const number = toNumber(single)
      if (number !== undefined) addTo(itemsOf.number, number, item)
    }
    if (item % itemsPerSlice === 0) yield
  }
  return {
    string: yield* indexValues(itemsOf.string, itemIds.size),
    number: yield* indexValues(itemsOf.number, itemIds.size),
    boolean: yield* indexValues(itemsOf.boolean, itemIds.size),
  }
}

/** The memory of a column in bytes, without the texts, which belong to the catalog. */
export function bytesOfColumn(column: AttributeColumn): number {
  const indexes: ValueIndex<Literal>[] = [column.string, column.number, column.boolean]
  return indexes.reduce((sum, { values, offsets, items, lowest, highest }) => {
    const numbers = offsets.length + items.length + lowest.length + highest.length
    return sum + 8 * values.length + 4 * numbers
  }, 0)
}

const itemsPerSlice = 500

/** An item that is not in the catalog has an id only. Times are compared as texts in ISO 8601, which sort as they do. */
function attributeOf(name: string, itemId: string, item: CatalogItem | undefined): unknown {
  const valueIn = (values: object, key: string) => values[key as never] as unknown
  if (item && Object.hasOwn(item.attributes, name)) return valueIn(item.attributes, name)
  if (name === 'id') return itemId
  if (item === undefined || name === 'attributes') return undefined
  if (Object.hasOwn(item, name)) {
    const value = valueIn(item, name)
    return value instanceof Date ? value.toISOString() : value
  }
  return Object.hasOwn(item.attributes, `${name}s`) ? valueIn(item.attributes, `${name}s`) : undefined
}

/** Files without column types give numbers as texts. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isNaN(parsed) ? undefined : parsed
}

function addTo<T>(itemsOf: Map<T, number[]>, value: T, item: number): void {
  const items = itemsOf.get(value)
  if (items === undefined) itemsOf.set(value, [item])
  else if (items.at(-1) !== item) items.push(item)
}

function* indexValues<T extends Literal>(
  itemsOf: Map<T, number[]>,
  itemCount: number,
): Sliced<ValueIndex<T>> {
  // most attributes have values of one type
  const rankedItems = itemsOf.size === 0 ? 0 : itemCount
  const values = yield* sorted([...itemsOf.keys()])
  const offsets = new Int32Array(values.length + 1)
  for (const [rank, value] of values.entries())
    offsets[rank + 1] = offsets[rank]! + itemsOf.get(value)!.length
  const items = new Int32Array(offsets.at(-1)!)
  const lowest = new Int32Array(rankedItems).fill(-1)
  const highest = new Int32Array(rankedItems).fill(-1)
  for (const [rank, value] of values.entries()) {
    items.set(itemsOf.get(value)!, offsets[rank])
    for (const item of itemsOf.get(value)!) {
      if (lowest[item] === -1) lowest[item] = rank
      highest[item] = rank
    }
    if (rank % itemsPerSlice === 0) yield
  }
  return { values, offsets, items, lowest, highest }
}
