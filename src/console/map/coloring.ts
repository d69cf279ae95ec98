// Colors of the points of a map.
import { rollup } from 'd3-array'

/** The points are in categories, each of which has a color. */
export interface Coloring {
  /** For each point the number of its category, from 1; 0 for a point without a value. */
  readonly column: Uint8Array
  /** At most eight. */
  readonly categories: readonly Category[]
  /** Whether the categories are ranges of a number, in its order. */
  readonly isOrdered: boolean
}

export interface Category {
  readonly label: string
  readonly points: number
}

const maxCategories = 8
const maxRanges = 5

/**
 * Ranges that have about as many points each.
 *
 * @param values NaN for a point without a value
 */
export function colorByNumber(values: Float64Array, format: (value: number) => string): Coloring {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  if (sorted.length === 0) return { column: new Uint8Array(values.length), categories: [], isOrdered: true }
  const quantiles = Array.from(
    { length: maxRanges },
    (_, n) => sorted[Math.ceil(((n + 1) / maxRanges) * sorted.length) - 1]!,
  )
  const limits = [...new Set(quantiles)]
  const column = Uint8Array.from(values, (value) =>
    Number.isNaN(value) ? 0 : 1 + limits.findIndex((limit) => value <= limit),
  )
  const counts = countsOf(column)
  let start = 0
  const categories = limits.map((limit, n) => {
    const [low, points] = [sorted[start]!, counts[n + 1]!]
    start += points
    return { label: low === limit ? format(low) : `${format(low)}–${format(limit)}`, points }
  })
  return { column, categories, isOrdered: true }
}

/**
 * The most frequent values. A point with several values has the color of the first of them that has one; all other values
 * share a color.
 *
 * @param values of each point
 */
export function colorByText(values: readonly (readonly string[])[]): Coloring {
  const frequencies = rollup(
    values.flat(),
    (same) => same.length,
    (value) => value,
  )
  const frequent = [...frequencies]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, frequencies.size > maxCategories ? maxCategories - 1 : maxCategories)
    .map(([value]) => value)
  const labels = frequencies.size > maxCategories ? [...frequent, 'other values'] : frequent
  const numbers = new Map(frequent.map((value, n) => [value, n + 1]))
  return colorByCategory(
    Uint8Array.from(values, (ofPoint) => {
      const known = ofPoint.find((value) => numbers.has(value))
      return known === undefined ? (ofPoint.length > 0 ? labels.length : 0) : numbers.get(known)!
    }),
    labels,
  )
}

/** @param column of each point the number of its label, from 1 */
export function colorByCategory(column: Uint8Array, labels: readonly string[]): Coloring {
  const counts = countsOf(column)
  return {
    column,
    categories: labels.map((label, n) => ({ label, points: counts[n + 1]! })),
    isOrdered: false,
  }
}

function countsOf(column: Uint8Array): Int32Array {
  const counts = new Int32Array(maxCategories + 1)
  for (const category of column) counts[category]!++
  return counts
}
