import type { KindSummary } from '../../src/interactions/interactions.ts'
import { feedbackOf } from '../../src/interactions/positive-threshold.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import type { RatingsSource } from '../../src/ratings/ratings-source.ts'

/** The values of the ratings of one source, repeated pairs included. */
export interface ValueSummary {
  readonly lowest: number
  readonly highest: number
  /** The number of different values; null for more than a thousand. */
  readonly distinct: number | null
  /** Ratings on a scale, or events and quantities. */
  readonly feedback: 'explicit' | 'implicit'
  /** Values from this one on are positive, if these ratings are all there are. */
  readonly positiveThreshold: number
}

/** `source`, and a summary of what was read from it so far: its values, and its first ten ratings. */
export function observeRatings(source: RatingsSource): {
  readonly observed: RatingsSource
  summarize(): { readonly values: ValueSummary; readonly sample: readonly RatingEvent[] }
} {
  const first: RatingEvent[] = []
  const values = new Set<number>()
  const kinds = new Map<string, KindSummary>()
  const sample = createSample()
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const observe = ({ value, kind = 'rating' }: RatingEvent) => {
    if (value < lowest) lowest = value
    if (value > highest) highest = value
    if (values.size <= maxDistinct) values.add(value)
    const { count, lowest: least } = kinds.get(kind) ?? { count: 0, lowest: value }
    kinds.set(kind, { kind, count: count + 1, lowest: Math.min(least, value) })
    sample.push(value)
  }
  return {
    observed: {
      ...source,
      async *ratings() {
        for await (const page of source.ratings()) {
          for (const rating of page) {
            if (first.length < sampleSize) first.push(rating)
            observe(rating)
          }
          yield page
        }
      },
    },
    summarize: () => {
      const matrix = oneRow(sample.values())
      const { feedback, positiveThreshold } = feedbackOf({ matrix, kinds: [...kinds.values()] })
      const distinct = values.size > maxDistinct ? null : values.size
      const valueSummary = { lowest, highest, distinct, feedback, positiveThreshold }
      return { values: valueSummary, sample: first }
    },
  }
}

const sampleSize = 10
const maxDistinct = 1000
const maxSample = 65_536

/** Every nth value, where n doubles whenever the sample is full. */
function createSample() {
  let [kept, stride, seen] = [[] as number[], 1, 0]
  return {
    push: (value: number) => {
      if (seen++ % stride === 0) kept.push(value)
      if (kept.length < maxSample) return
      kept = kept.filter((_, n) => n % 2 === 0)
      stride *= 2
    },
    values: () => Float32Array.from(kept),
  }
}

function oneRow(values: Float32Array) {
  const offsets = Int32Array.of(0, values.length)
  return { rows: 1, columns: values.length, offsets, indices: Int32Array.from(values.keys()), values }
}
