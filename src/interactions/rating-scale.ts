import type { CsrMatrix } from './csr/csr-matrix.ts'

/** The mean of ratings, and the range of their scale as far as it is used. */
export interface RatingScale {
  readonly mean: number
  readonly lowest: number
  readonly highest: number
}

/**
 * The scale of these ratings. A few values far from all others are no part of it, such as 100 on a scale of five stars: the
 * range ends with the last value that is at most half a range outside the middle 98 %.
 *
 * @throws RangeError when there is no rating.
 */
export function ratingScale({ rows, columns, values }: CsrMatrix): RatingScale {
  if (values.length === 0) throw new RangeError(`There is no rating to train on among ${rows} × ${columns}`)
  const [first, last] = middleOf(values)
  const margin = (last - first) / 2
  let [sum, lowest, highest] = [0, last, first]
  for (const value of values) {
    sum += value
    if (value < lowest && value >= first - margin) lowest = value
    if (value > highest && value <= last + margin) highest = value
  }
  return { mean: sum / values.length, lowest, highest }
}

/** The first and the last percentile, of a sample spread evenly over all values. */
function middleOf(values: Float32Array): [number, number] {
  const stride = Math.ceil(values.length / maxSample)
  const sample = values.filter((_, n) => n % stride === 0).sort()
  const tail = Math.floor(0.01 * sample.length)
  return [sample[tail]!, sample.at(-1 - tail)!]
}

const maxSample = 65_536
