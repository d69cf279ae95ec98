import type { CatalogItem } from '../../ratings/item-catalog.ts'
import type { Filter, Literal } from './filter.ts'

export type Matches = (itemId: string, item: CatalogItem) => boolean

/**
 * The filter as a function. Besides its attributes an item has `id` and `title`; a list such as `genres` is also found
 * by its singular. A number is compared with the number that a text says, as files without types have them.
 */
export function compileFilter(filter: Filter): Matches {
  if ('and' in filter) return every(filter.and.map(compileFilter))
  if ('or' in filter) return some(filter.or.map(compileFilter))
  if ('not' in filter) return negate(compileFilter(filter.not))
  if ('in' in filter) return compileIn(filter)
  const { attribute, operator, value } = filter
  if (operator === '!=') return negate(compileFilter({ attribute, operator: '=', value }))
  const holds = comparisons[operator]
  return overValues(attribute, (own) => {
    const given = alike(own, value)
    return given !== undefined && holds(given, value)
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
  const wanted = new Set<Literal>(values)
  const numbers = values.some((value) => typeof value === 'number')
  return overValues(
    attribute,
    (own) => wanted.has(own as Literal) || (numbers && wanted.has(alike(own, 0) as number)),
  )
}

const comparisons: Record<'=' | '<' | '<=' | '>' | '>=', (own: Literal, value: Literal) => boolean> = {
  '=': (own, value) => own === value,
  '<': (own, value) => own < value,
  '<=': (own, value) => own <= value,
  '>': (own, value) => own > value,
  '>=': (own, value) => own >= value,
}

function overValues(name: string, holds: (own: unknown) => boolean): Matches {
  return (itemId, item) => {
    const own = attributeOf(name, itemId, item)
    return Array.isArray(own) ? own.some(holds) : own != null && holds(own)
  }
}

function attributeOf(name: string, itemId: string, { title, attributes }: CatalogItem): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name]
  if (name === 'id') return itemId
  if (name === 'title') return title
  return Object.hasOwn(attributes, `${name}s`) ? attributes[`${name}s`] : undefined
}

/** What an item has, as the type of what it is compared with; undefined where it cannot be. */
function alike(own: unknown, value: Literal): Literal | undefined {
  if (typeof own === typeof value) return own as Literal
  if (typeof value !== 'number' || typeof own !== 'string' || own.trim() === '') return undefined
  const parsed = Number(own)
  return Number.isNaN(parsed) ? undefined : parsed
}
