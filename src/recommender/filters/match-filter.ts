import type { Sliced } from '../turns.ts'
import type { AttributeColumn, ValueIndex } from './attribute-column.ts'
import type { Filter, Literal } from './filter.ts'

/**
 * One byte per item, 1 where the filter matches. Values are compared only with values of their type.
 *
 * @param columnOf the column of an attribute; undefined for one that no item has
 */
export function* matchFilter(
  filter: Filter,
  itemCount: number,
  columnOf: (attribute: string) => AttributeColumn | undefined,
): Sliced<Uint8Array> {
  if ('and' in filter) {
    const mask = new Uint8Array(itemCount).fill(1)
    for (const part of filter.and) intersect(mask, yield* matchFilter(part, itemCount, columnOf))
    return mask
  }
  if ('or' in filter) {
    const mask = new Uint8Array(itemCount)
    for (const part of filter.or) unite(mask, yield* matchFilter(part, itemCount, columnOf))
    return mask
  }
  if ('not' in filter) return invert(yield* matchFilter(filter.not, itemCount, columnOf))
  const mask = new Uint8Array(itemCount)
  const column = columnOf(filter.attribute)
  if ('in' in filter) {
    // a value that is listed twice would be looked up twice
    for (const value of new Set(filter.in)) if (column) addEqual(mask, indexFor(value, column), value)
    yield
    return mask
  }
  const { operator, value } = filter
  if (column) {
    const index = indexFor(value, column)
    if (operator === '=' || operator === '!=') addEqual(mask, index, value)
    else addInRange(mask, index, operator, value)
  }
  yield
  return operator === '!=' ? invert(mask) : mask
}

/** The attributes that a filter reads. */
export function attributesOf(filter: Filter): string[] {
  if ('and' in filter) return filter.and.flatMap(attributesOf)
  if ('or' in filter) return filter.or.flatMap(attributesOf)
  return 'not' in filter ? attributesOf(filter.not) : [filter.attribute]
}

function indexFor(value: Literal, column: AttributeColumn): ValueIndex<Literal> {
  return column[typeof value as 'string' | 'number' | 'boolean']
}

function addEqual(mask: Uint8Array, { values, offsets, items }: ValueIndex<Literal>, value: Literal): void {
  const rank = firstNotBelow(values, value)
  if (values[rank] !== value) return
  for (let n = offsets[rank]!; n < offsets[rank + 1]!; n++) mask[items[n]!] = 1
}

/** Of several values of an item, only the lowest or the highest decides. */
function addInRange(
  mask: Uint8Array,
  { values, lowest, highest }: ValueIndex<Literal>,
  operator: '<' | '<=' | '>' | '>=',
  value: Literal,
): void {
  const rank = firstNotBelow(values, value)
  const above = values[rank] === value ? rank + 1 : rank
  if (operator === '<' || operator === '<=') {
    const end = operator === '<' ? rank : above
    for (let item = 0; item < lowest.length; item++)
      mask[item] = Number(lowest[item]! >= 0 && lowest[item]! < end)
  } else {
    const start = operator === '>=' ? rank : above
    for (let item = 0; item < highest.length; item++) mask[item] = Number(highest[item]! >= start)
  }
}

/** The position of the first value that is not below `value`. */
function firstNotBelow(values: readonly Literal[], value: Literal): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function intersect(mask: Uint8Array, other: Uint8Array): void {
  for (let item = 0; item < mask.length; item++) mask[item]! &= other[item]!
}

function unite(mask: Uint8Array, other: Uint8Array): void {
  for (let item = 0; item < mask.length; item++) mask[item]! |= other[item]!
}

function invert(mask: Uint8Array): Uint8Array {
  for (let item = 0; item < mask.length; item++) mask[item]! ^= 1
  return mask
}
