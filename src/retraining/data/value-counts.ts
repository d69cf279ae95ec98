import type { ValueCount } from './snapshot.ts'

const maxDistinctValues = 20

/** The lowest and the highest value; [0, 0] if there is none. */
export function rangeOf(values: Float32Array): readonly [lowest: number, highest: number] {
  if (values.length === 0) return [0, 0]
  let [lowest, highest] = [values[0]!, values[0]!]
  for (const value of values) {
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }
  return [lowest, highest]
}

/**
 * Number of counted values by distinct value of all `values`; if there are more than 20 distinct values, by bin of
 * equal width, named by its lower end.
 */
export function countValues(values: Float32Array, isCounted: (position: number) => boolean): ValueCount[] {
  const bins = binsOf(values)
  const counts = new Map(bins.ends.map((end) => [end, 0]))
  for (let n = 0; n < values.length; n++) {
    if (!isCounted(n)) continue
    const bin = bins.of(values[n]!)
    counts.set(bin, counts.get(bin)! + 1)
  }
  return [...counts].map(([value, ratings]) => ({ value, ratings }))
}

function binsOf(values: Float32Array): { ends: number[]; of: (value: number) => number } {
  const distinct = new Set<number>()
  for (const value of values) if (distinct.size <= maxDistinctValues) distinct.add(value)
  if (distinct.size <= maxDistinctValues)
    return { ends: [...distinct].sort((a, b) => a - b), of: (value) => value }
  const [lowest, highest] = rangeOf(values)
  const width = (highest - lowest) / maxDistinctValues
  const endOf = (bin: number) => lowest + bin * width
  return {
    ends: Array.from({ length: maxDistinctValues }, (_, bin) => endOf(bin)),
    of: (value) => endOf(Math.min(maxDistinctValues - 1, Math.floor((value - lowest) / width))),
  }
}
