// The shares of the parts of a blend of predicted ratings, by least squares.
import { Matrix, solve } from 'ml-matrix'

/** The mean product of the errors of each two parts, parts × parts: the mean squared error of a blend w is then wᵀ G w. */
export function meanErrorProducts(
  predictions: readonly Float32Array[],
  ratings: Float32Array,
): readonly (readonly number[])[] {
  return predictions.map((a) =>
    predictions.map((b) => {
      let sum = 0
      for (const [n, rating] of ratings.entries()) sum += (a[n]! - rating) * (b[n]! - rating)
      return sum / ratings.length
    }),
  )
}

/** wᵀ G w. */
export function meanSquaredError(
  shares: readonly number[],
  products: readonly (readonly number[])[],
): number {
  let sum = 0
  for (const [a, row] of products.entries())
    for (const [b, product] of row.entries()) sum += shares[a]! * shares[b]! * product
  return sum
}

/**
 * argmin over w ≥ 0 with Σ w = 1 of wᵀ G w. If the parts with w > 0 are known, their w are in proportion to the solution of
 * G w = 1. Every set of parts is tried, each part alone too, so that no part alone has a smaller error.
 *
 * @param products G, of a few parts
 */
export function leastSquaresShares(products: readonly (readonly number[])[]): number[] {
  let best = { shares: [] as number[], error: Number.POSITIVE_INFINITY }
  for (let set = 1; set < 2 ** products.length; set++) {
    const chosen = [...products.keys()].filter((part) => (set >> part) & 1)
    const weights = weightsOf(chosen.map((a) => chosen.map((b) => products[a]![b]!)))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    if (weights.some((weight) => !(weight / sum >= 0))) continue
    const shares = products.map((_, part) => (weights[chosen.indexOf(part)] ?? 0) / sum)
    const error = meanSquaredError(shares, products)
    if (error < best.error) best = { shares, error }
  }
  return best.shares
}

/** The solution of G w = 1, by singular values, as G is singular if two parts are equal. */
function weightsOf(products: number[][]): number[] {
  if (products.length === 1) return [1]
  return solve(new Matrix(products), Matrix.ones(products.length, 1), true).to1DArray()
}
