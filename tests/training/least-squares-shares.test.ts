import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { simplexGrid } from '../../src/training/choose-shares.ts'
import {
  leastSquaresShares,
  meanErrorProducts,
  meanSquaredError,
} from '../../src/training/least-squares-shares.ts'

/** Ratings, and parts whose errors are `common` of each rating, and noise and a bias of their own. */
function predictionsOf(noises: readonly number[], common: number, biases = noises.map(() => 0)) {
  const random = createRandom(7, 'predictions')
  const ratings = Float32Array.from({ length: 400 }, () => 1 + 4 * random.uniform())
  const shared = ratings.map(() => common * random.normal())
  const predictions = noises.map((noise, part) =>
    ratings.map((rating, n) => rating + shared[n]! + biases[part]! + noise * random.normal()),
  )
  return { ratings, predictions }
}

function rmse(shares: readonly number[], predictions: readonly Float32Array[], ratings: Float32Array) {
  let sum = 0
  for (const [n, rating] of ratings.entries())
    sum += (shares.reduce((total, share, part) => total + share * predictions[part]![n]!, 0) - rating) ** 2
  return Math.sqrt(sum / ratings.length)
}

test('with a share for each part, equals the regression of what the first part misses on the differences of the others to it', () => {
  const { ratings, predictions } = predictionsOf([0.5, 0.7, 0.9], 0.6)
  const [first, ...others] = predictions
  const differences = others.map((other) => other.map((value, n) => value - first![n]!))
  // two unknowns: Cramer's rule
  const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, n) => sum + value * b[n]!, 0)
  const missed = ratings.map((rating, n) => rating - first![n]!)
  const [a, b] = differences as [Float32Array, Float32Array]
  const [aa, ab, bb] = [product(a, a), product(a, b), product(b, b)]
  const [ay, by] = [product(a, missed), product(b, missed)]
  const [second, third] = [
    (ay * bb - by * ab) / (aa * bb - ab ** 2),
    (by * aa - ay * ab) / (aa * bb - ab ** 2),
  ]
  const expected = [1 - second - third, second, third]
  expect(Math.min(...expected)).toBeGreaterThan(0.05)
  const shares = leastSquaresShares(meanErrorProducts(predictions, ratings))
  for (const [part, share] of shares.entries()) expect(share).toBeCloseTo(expected[part]!, 5)
})

test.each([
  { noises: [0.3, 0.4, 0.5, 0.6], common: 0.5, biases: [0, 0, 0, 0] },
  // a part that the others make up for, and one that is of no use
  { noises: [0.2, 0.21, 0.8, 1], common: 0.8, biases: [0.4, -0.3, 0, 1] },
  { noises: [0.1, 2, 2, 2], common: 1, biases: [0, 0, 0.5, -0.5] },
])('has the smallest error of all shares on a fine grid: $noises', ({ noises, common, biases }) => {
  const { ratings, predictions } = predictionsOf(noises, common, biases)
  const products = meanErrorProducts(predictions, ratings)
  const shares = leastSquaresShares(products)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10)
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
  const error = rmse(shares, predictions, ratings)
  expect(Math.sqrt(meanSquaredError(shares, products))).toBeCloseTo(error, 6)
  const ofGrid = simplexGrid(noises.length, 20).map((candidate) => rmse(candidate, predictions, ratings))
  expect(error).toBeLessThanOrEqual(Math.min(...ofGrid) + 1e-9)
})

test('of equal parts the error is that of one', () => {
  const { ratings, predictions } = predictionsOf([0.5], 0)
  const twice = [predictions[0]!, predictions[0]!]
  const shares = leastSquaresShares(meanErrorProducts(twice, ratings))
  expect(shares[0]! + shares[1]!).toBeCloseTo(1, 10)
  expect(rmse(shares, twice, ratings)).toBeCloseTo(rmse([1, 0], twice, ratings), 6)
})

test('a part without error has the whole share', () => {
  const { ratings, predictions } = predictionsOf([0.5, 0], 0)
  expect(leastSquaresShares(meanErrorProducts(predictions, ratings))).toEqual([0, 1])
})

test('a part that misses the same by more has no share, although a negative one would be better', () => {
  const random = createRandom(8, 'same errors')
  const ratings = Float32Array.from({ length: 400 }, () => 3 + random.normal())
  const missed = ratings.map(() => random.normal())
  const predictions = [1, 2].map((factor) =>
    ratings.map((rating, n) => rating + factor * missed[n]! + 0.1 * random.normal()),
  )
  expect(rmse([2, -1], predictions, ratings)).toBeLessThan(rmse([1, 0], predictions, ratings))
  expect(leastSquaresShares(meanErrorProducts(predictions, ratings))).toEqual([1, 0])
})
