import { type CsrMatrix, columnCounts } from '../interactions/csr/csr-matrix.ts'

/** How each user's history looks from outside, one number a user. */
export interface HistoryShape {
  /** The natural logarithm of the number of ratings. */
  readonly length: Float64Array
  /** The mean of −log(share of all ratings) over the rated items, in nats: high for rarely rated items. */
  readonly rarity: Float64Array
  /** Its standard deviation over the rated items: low where all items are about equally popular. */
  readonly raritySpread: Float64Array
  /** The mean difference between the user's rating and the item's mean rating. */
  readonly bias: Float64Array
  /** The root mean square of that difference without the bias. */
  readonly disagreement: Float64Array
}

export type ShapeName = keyof HistoryShape

/** A user without ratings has zeros. */
export function measureShape(ratings: CsrMatrix): HistoryShape {
  const { rows, offsets, indices, values } = ratings
  const counts = columnCounts(ratings)
  const rarityOf = Float64Array.from(counts, (count) => -Math.log(Math.max(1, count) / indices.length))
  const means = new Float64Array(ratings.columns)
  for (let n = 0; n < indices.length; n++) means[indices[n]!]! += values[n]! / counts[indices[n]!]!
  const shape = {
    length: new Float64Array(rows),
    rarity: new Float64Array(rows),
    raritySpread: new Float64Array(rows),
    bias: new Float64Array(rows),
    disagreement: new Float64Array(rows),
  }
  for (let user = 0; user < rows; user++) {
    const [start, end] = [offsets[user]!, offsets[user + 1]!]
    if (start === end) continue
    const rarity = momentsOf(start, end, (n) => rarityOf[indices[n]!]!)
    const difference = momentsOf(start, end, (n) => values[n]! - means[indices[n]!]!)
    shape.length[user] = Math.log(end - start)
    shape.rarity[user] = rarity.mean
    shape.raritySpread[user] = rarity.std
    shape.bias[user] = difference.mean
    shape.disagreement[user] = difference.std
  }
  return shape
}

function momentsOf(start: number, end: number, of: (n: number) => number): { mean: number; std: number } {
  let [sum, squares] = [0, 0]
  for (let n = start; n < end; n++) {
    const value = of(n)
    sum += value
    squares += value ** 2
  }
  const mean = sum / (end - start)
  return { mean, std: Math.sqrt(Math.max(0, squares / (end - start) - mean ** 2)) }
}
