// The columns of a matrix as small whole numbers, and how far these are from it.

/** κ: near ‖δ‖ / ‖x‖ of most queries. */
export const usualError = 0.005

export interface QuantizedColumns {
  /** inner × columns */
  readonly integers: Int8Array
  /** By which those of a column are to be multiplied. */
  readonly steps: Float32Array
  /** ‖ε‖ + κ ‖ŵ‖ of each column, or more. */
  readonly doubts: Float32Array
}

/**
 * @param factor inner × columns, row-major
 * @param largest of the whole numbers
 * @throws RangeError when the factor is not finite
 */
export function quantizeColumns(
  factor: Float32Array,
  inner: number,
  columns: number,
  largest: number,
): QuantizedColumns {
  const steps = stepsOf(factor, inner, columns, largest)
  const inverses = Float64Array.from(steps, (step) => (step > 0 ? 1 / step : 0))
  const integers = new Int8Array(inner * columns)
  const errors = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let row = 0, at = 0; row < inner; row++)
    for (let column = 0; column < columns; column++, at++) {
      const value = factor[at]!
      integers[at] = Math.round(value * inverses[column]!)
      // of what was stored: a step that is hardly a number may be too small by a half
      const error = value - steps[column]! * integers[at]!
      errors[column]! += error * error
      squares[column]! += value * value
    }
  const doubts = Float32Array.from(squares, (square, column) => {
    const error = Math.sqrt(errors[column]!)
    return error + usualError * (Math.sqrt(square) + error)
  })
  return { integers, steps, doubts }
}

/** That which takes the largest of each column to `largest`. */
function stepsOf(factor: Float32Array, inner: number, columns: number, largest: number): Float32Array {
  const tops = new Float32Array(columns)
  for (let row = 0, at = 0; row < inner; row++)
    for (let column = 0; column < columns; column++, at++)
      tops[column] = Math.max(tops[column]!, Math.abs(factor[at]!))
  const unfit = tops.findIndex((top) => !Number.isFinite(top))
  if (unfit >= 0) throw new RangeError(`A weight of item ${unfit} is not finite`)
  return tops.map((top) => top / largest)
}
