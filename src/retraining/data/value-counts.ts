import type { ValueCount } from './snapshot.ts'

const mostValues = 20

/** The lowest and the highest; [0, 0] of nothing. */
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
 * How many of the counted values there are of each kind. The kinds are those of all `values`: each of its own where
 * they are few, else bins of one width named by their lower ends.
 */
export function countValues(values: Float32Array, isCounted: (position: number) => boolean): ValueCount[] {
  const kinds = kindsOf(values)
  const counts = new Map(kinds.ends.map((end) => [end, 0]))
  for (let n = 0; n < values.length; n++) {
    if (!isCounted(n)) continue
    const kind = kinds.of(values[n]!)
    counts.set(kind, counts.get(kind)! + 1)
  }
  return [...counts].map(([value, ratings]) => ({ value, ratings }))
}

function kindsOf(values: Float32Array): { ends: number[]; of: (value: number) => number } {
  const distinct = new Set<number>()
  for (const value of values) if (distinct.size <= mostValues) distinct.add(value)
  if (distinct.size <= mostValues) return { ends: [...distinct].sort((a, b) => a - b), of: (value) => value }
  const [lowest, highest] = rangeOf(values)
  const width = (highest - lowest) / mostValues
  const endOf = (bin: number) => lowest + bin * width
  return {
    ends: Array.from({ length: mostValues }, (_, bin) => endOf(bin)),
    of: (value) => endOf(Math.min(mostValues - 1, Math.floor((value - lowest) / width))),
  }
}
