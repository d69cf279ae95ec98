// Attributes of items as numbers: one feature for each frequent category, and the value and the bin of a number.
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'

/** What is known of an item besides its ratings, such as `{ genres: ['Drama'], year: 1994 }`. */
export type ItemAttributes = Readonly<Record<string, unknown>>

const categories = z.object({
  kind: z.literal('categories'),
  name: z.string(),
  /** One feature each. */
  values: z.array(z.string()),
})

const numbers = z.object({
  kind: z.literal('number'),
  name: z.string(),
  /** Of the items that the version was trained on; the first feature is the standardized value. */
  mean: z.number(),
  std: z.number().positive(),
  /** Ascending; they separate the bins, which are the other features. */
  bounds: z.array(z.number()),
})

/** The attributes that are features, in their order. */
export const attributeEncoding = z.array(z.discriminatedUnion('kind', [categories, numbers]))
export type AttributeEncoding = z.output<typeof attributeEncoding>
export type EncodedAttribute = AttributeEncoding[number]

/** The number of features of an attribute. */
export function featureCount(attribute: EncodedAttribute): number {
  return attribute.kind === 'categories' ? attribute.values.length : attribute.bounds.length + 2
}

/** Turns the attributes of items into the rows of a matrix: items × features. */
export type EncodeItems = (items: Iterable<ItemAttributes | undefined>) => CsrMatrix

/** An attribute that is missing, or has only values that are not in the encoding, is no entry. */
export function createEncoder(encoding: AttributeEncoding): EncodeItems {
  const encoders: AppendFeatures[] = []
  let columns = 0
  for (const attribute of encoding) {
    encoders.push(
      attribute.kind === 'categories'
        ? categoriesEncoder(attribute.values, columns)
        : numberEncoder(attribute, columns),
    )
    columns += featureCount(attribute)
  }
  return (items) => {
    const offsets = [0]
    const [indices, values]: number[][] = [[], []]
    for (const item of items) {
      for (const [n, append] of encoders.entries()) {
        const { name } = encoding[n]!
        if (item && Object.hasOwn(item, name)) append(item[name], indices!, values!)
      }
      offsets.push(indices!.length)
    }
    return {
      rows: offsets.length - 1,
      columns,
      offsets: Int32Array.from(offsets),
      indices: Int32Array.from(indices!),
      values: Float32Array.from(values!),
    }
  }
}

type AppendFeatures = (value: unknown, indices: number[], values: number[]) => void

function categoriesEncoder(values: readonly string[], first: number): AppendFeatures {
  const featureOf = new Map(values.map((value, n) => [value, first + n]))
  return (value, indices, ones) => {
    const features = new Set(categoriesOf(value).flatMap((category) => featureOf.get(category) ?? []))
    for (const feature of [...features].sort((a, b) => a - b)) {
      indices.push(feature)
      ones.push(1)
    }
  }
}

function numberEncoder(
  { mean, std, bounds }: Extract<EncodedAttribute, { kind: 'number' }>,
  first: number,
): AppendFeatures {
  return (value, indices, values) => {
    const number = numberOf(value)
    if (number === undefined) return
    const standardized = (number - mean) / std
    indices.push(first, first + 1 + bounds.filter((bound) => bound < number).length)
    values.push(Math.min(Math.max(standardized, -maxDeviations), maxDeviations), 1)
  }
}

/** A value far from all others would otherwise decide the score alone. */
const maxDeviations = 3

/** The categories of a value, which may be a list. */
export function categoriesOf(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((single) => (Array.isArray(single) ? [] : categoriesOf(single)))
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()]
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
}

/** A finite number, also as text, as files without column types have it. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
