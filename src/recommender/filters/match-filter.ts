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
    const mask = invert(emptyMask(itemCount))
    for (const part of filter.and) intersect(mask, yield* matchFilter(part, itemCount, columnOf))
    return mask
  }
  if ('or' in filter) {
    const mask = emptyMask(itemCount)
    for (const part of filter.or) unite(mask, yield* matchFilter(part, itemCount, columnOf))
    return mask
  }
  if ('not' in filter) return invert(yield* matchFilter(filter.not, itemCount, columnOf))
  const mask = emptyMask(itemCount)
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
    // −1, for an item without a value, becomes the largest number
    for (let item = 0; item < lowest.length; item++) mask[item] = lowest[item]! >>> 0 < end ? 1 : 0
  } else {
    const start = operator === '>=' ? rank : above
    for (let item = 0; item < highest.length; item++) mask[item] = highest[item]! >= start ? 1 : 0
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

/** All zero, in whole words of four bytes, by which masks are combined. */
function emptyMask(itemCount: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(4 * Math.ceil(itemCount / 4)), 0, itemCount)
}

function intersect(mask: Uint8Array, other: Uint8Array): void {
  const [words, others] = [new Int32Array(mask.buffer), new Int32Array(other.buffer)]
  for (let n = 0; n < words.length; n++) words[n]! &= others[n]!
}

function unite(mask: Uint8Array, other: Uint8Array): void {
  const [words, others] = [new Int32Array(mask.buffer), new Int32Array(other.buffer)]
  for (let n = 0; n < words.length; n++) words[n]! |= others[n]!
}

function invert(mask: Uint8Array): Uint8Array {
  const words = new Int32Array(mask.buffer)
  for (let n = 0; n < words.length; n++) words[n]! ^= 0x01010101
  return mask
}
