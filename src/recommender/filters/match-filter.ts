import type { CatalogItem } from '../../ratings/item-catalog.ts'
import type { Filter, Literal } from './filter.ts'

/** An item that is not in the catalogue has an id only. */
export type Matches = (itemId: string, item: CatalogItem | undefined) => boolean

/**
 * Compiles a filter into a function. Besides its attributes an item has its columns, such as `id` and `title`; a
 * list such as `genres` is also found by its singular. A number in the filter is compared with the number that a text
 * contains, because files without column types give texts.
 */
export function compileFilter(filter: Filter): Matches {
  if ('and' in filter) return every(filter.and.map(compileFilter))
  if ('or' in filter) return some(filter.or.map(compileFilter))
  if ('not' in filter) return negate(compileFilter(filter.not))
  if ('in' in filter) return compileIn(filter)
  const { attribute, operator, value } = filter
  if (operator === '!=') return negate(compileFilter({ attribute, operator: '=', value }))
  const compare = comparisons[operator]
  return someValue(attribute, (actual) => {
    const comparable = toTypeOf(value, actual)
    return comparable !== undefined && compare(comparable, value)
  })
}

const every =
  (parts: readonly Matches[]): Matches =>
  (itemId, item) =>
    parts.every((part) => part(itemId, item))

const some =
  (parts: readonly Matches[]): Matches =>
  (itemId, item) =>
    parts.some((part) => part(itemId, item))

const negate =
  (part: Matches): Matches =>
  (itemId, item) =>
    !part(itemId, item)

function compileIn({ attribute, in: values }: Extract<Filter, { in: unknown }>): Matches {
  const accepted = new Set<Literal>(values)
  const hasNumbers = values.some((value) => typeof value === 'number')
  return someValue(
    attribute,
    (actual) =>
      accepted.has(actual as Literal) || (hasNumbers && accepted.has(toTypeOf(0, actual) as number)),
  )
}

const comparisons: Record<'=' | '<' | '<=' | '>' | '>=', (actual: Literal, value: Literal) => boolean> = {
  '=': (actual, value) => actual === value,
  '<': (actual, value) => actual < value,
  '<=': (actual, value) => actual <= value,
  '>': (actual, value) => actual > value,
  '>=': (actual, value) => actual >= value,
}

function someValue(name: string, matches: (actual: unknown) => boolean): Matches {
  return (itemId, item) => {
    const actual = attributeOf(name, itemId, item)
    return Array.isArray(actual) ? actual.some(matches) : actual != null && matches(actual)
  }
}

function attributeOf(name: string, itemId: string, item: CatalogItem | undefined): unknown {
  const valueIn = (values: object, key: string) => values[key as never] as unknown
  if (item && Object.hasOwn(item.attributes, name)) return valueIn(item.attributes, name)
  if (name === 'id') return itemId
  if (item === undefined || name === 'attributes') return undefined
  if (Object.hasOwn(item, name)) return valueIn(item, name)
  return Object.hasOwn(item.attributes, `${name}s`) ? valueIn(item.attributes, `${name}s`) : undefined
}

/** An item's value as the type of the literal it is compared with; undefined when it cannot be converted. */
function toTypeOf(literal: Literal, actual: unknown): Literal | undefined {
  if (typeof actual === typeof literal) return actual as Literal
  if (typeof literal !== 'number' || typeof actual !== 'string' || actual.trim() === '') return undefined
  const parsed = Number(actual)
  return Number.isNaN(parsed) ? undefined : parsed
}
