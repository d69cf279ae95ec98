import { median } from 'd3-array'
import { inverse, Matrix } from 'ml-matrix'
import { robustScores } from './robust-scores.ts'

/**
 * Mahalanobis distances from the center of most of the points, which outliers do not move: the minimum covariance
 * determinant by concentration steps (Rousseeuw and Van Driessen, "A fast algorithm for the minimum covariance determinant
 * estimator", Technometrics 1999), on three quarters of the points, from the medians. The squared distances are scaled so
 * that their median is that of the χ² distribution.
 *
 * @param measurements one list for each variable, over the same points; a variable that does not vary is left out
 */
export function robustDistances(measurements: readonly Float64Array[]): Float64Array {
  const count = measurements[0]?.length ?? 0
  const variables = measurements.map(robustScores).filter((values) => values !== undefined)
  let squares = new Float64Array(count)
  for (const values of variables) for (let n = 0; n < count; n++) squares[n]! += values[n]! ** 2
  if (variables.length === 0) return squares
  for (let step = 0; step < concentrationSteps; step++) squares = concentrate(variables, squares)
  const size = variables.length
  const expected = size * (1 - 2 / (9 * size)) ** 3 // the median of χ² by Wilson and Hilferty
  const scale = (median(squares) || expected) / expected
  return squares.map((square) => Math.sqrt(square / scale))
}

const concentrationSteps = 15
const coreShare = 0.75

/** The squared distances by mean and covariance of the points that are nearest so far. */
function concentrate(variables: readonly Float64Array[], squares: Float64Array): Float64Array<ArrayBuffer> {
  const limit = squares.slice().sort()[Math.floor(coreShare * (squares.length - 1))]!
  const core = squares.map((square) => (square <= limit ? 1 : 0))
  const size = core.reduce((sum, isIn) => sum + isIn, 0)
  const meanOf = (measure: (n: number) => number) =>
    core.reduce((sum, isIn, n) => (isIn ? sum + measure(n) : sum), 0) / size
  const centered = variables.map((values) => {
    const mean = meanOf((n) => values[n]!)
    return values.map((value) => value - mean)
  })
  const covariance = centered.map((a) => centered.map((b) => meanOf((n) => a[n]! * b[n]!)))
  // variables that are nearly the same would leave no inverse
  for (const [v, row] of covariance.entries()) row[v]! += 1e-6
  const precision = inverse(new Matrix(covariance)).to2DArray()
  return Float64Array.from(squares, (_, n) => {
    let square = 0
    for (const [a, row] of precision.entries())
      for (const [b, weight] of row.entries()) square += centered[a]![n]! * weight * centered[b]![n]!
    return Math.max(0, square)
  })
}
