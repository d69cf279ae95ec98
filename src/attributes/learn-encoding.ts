// Chooses which attributes of the training items become features.
import { deviation, group, mean, quantileSorted } from 'd3-array'
import {
  type AttributeEncoding,
  categoriesOf,
  type EncodedAttribute,
  featureCount,
  type ItemAttributes,
  numberOf,
} from './attribute-encoding.ts'

/**
 * The encoding of the attributes that several items share. An attribute is a number if nine of ten of its values are numbers and
 * more than ten differ, else a set of categories. Categories of fewer than three items are left out, as are those of an attribute
 * that has one value in all items. Of more than 256 features the categories of the most items are kept.
 */
export function learnEncoding(items: readonly (ItemAttributes | undefined)[]): AttributeEncoding {
  const encoding = [...valuesByName(items)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => encodeNumbers(name, values) ?? encodeCategories(name, values, items.length))
  return limitFeatures(encoding)
}

interface CountedCategories {
  readonly kind: 'categories'
  readonly name: string
  readonly counts: ReadonlyMap<string, number>
}

type Candidate = Extract<EncodedAttribute, { kind: 'number' }> | CountedCategories

function valuesByName(items: readonly (ItemAttributes | undefined)[]): Map<string, unknown[]> {
  const byName = new Map<string, unknown[]>()
  for (const item of items)
    for (const [name, value] of Object.entries(item ?? {})) {
      if (value === null) continue
      const values = byName.get(name)
      if (values) values.push(value)
      else byName.set(name, [value])
    }
  return byName
}

function encodeNumbers(name: string, values: readonly unknown[]): Candidate | undefined {
  const sorted = values
    .map(numberOf)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b)
  if (sorted.length < minNumbers * values.length || new Set(sorted).size <= maxCodes) return undefined
  const [center, std] = [mean(sorted)!, deviation(sorted)!]
  // of numbers around 1e200, whose squares overflow; JSON has no infinite numbers
  if (!Number.isFinite(center) || !Number.isFinite(std)) return undefined
  const inner = Array.from({ length: bins - 1 }, (_, n) => quantileSorted(sorted, (n + 1) / bins)!)
  const bounds = [...new Set(inner)].filter((bound) => bound < sorted.at(-1)!)
  return { kind: 'number', name, mean: center, std, bounds }
}

/** The share of the values of an attribute that must be numbers. */
const minNumbers = 0.9
/** So few different numbers are codes rather than quantities. */
const maxCodes = 10
const bins = 10

function encodeCategories(name: string, values: readonly unknown[], items: number): Candidate[] {
  const counts = new Map<string, number>()
  for (const value of values)
    for (const category of new Set(categoriesOf(value))) counts.set(category, (counts.get(category) ?? 0) + 1)
  for (const [category, count] of counts) if (count < minItems || count === items) counts.delete(category)
  return counts.size > 0 ? [{ kind: 'categories', name, counts }] : []
}

const minItems = 3

function limitFeatures(candidates: readonly Candidate[]): AttributeEncoding {
  const numbers = candidates.filter((candidate) => candidate.kind === 'number').slice(0, maxNumbers)
  const free = maxFeatures - numbers.reduce((sum, attribute) => sum + featureCount(attribute), 0)
  const all = candidates.flatMap((candidate) =>
    candidate.kind === 'categories'
      ? [...candidate.counts].map(([value, count]) => ({ name: candidate.name, value, count }))
      : [],
  )
  const kept = all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, free)
  const categories = group(kept, ({ name }) => name)
  return candidates.flatMap((candidate): EncodedAttribute[] => {
    if (candidate.kind === 'number') return numbers.includes(candidate) ? [candidate] : []
    const values = categories.get(candidate.name)?.map(({ value }) => value)
    return values ? [{ kind: 'categories', name: candidate.name, values }] : []
  })
}

const maxFeatures = 256
const maxNumbers = 10
