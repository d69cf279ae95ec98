import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'

/** The mean and the range of the training ratings. */
export interface RatingScale {
  readonly mean: number
  readonly lowest: number
  readonly highest: number
}

/** @throws RangeError when there is no rating. */
export function ratingScale({ rows, columns, values }: CsrMatrix): RatingScale {
  if (values.length === 0) throw new RangeError(`There is no rating to train on among ${rows} × ${columns}`)
  let [sum, lowest, highest] = [0, values[0]!, values[0]!]
  for (const value of values) {
    sum += value
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }
  return { mean: sum / values.length, lowest, highest }
}
