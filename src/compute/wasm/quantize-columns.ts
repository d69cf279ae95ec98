// The vectors of a search as the columns of a matrix of small whole numbers, and how far these are from them.

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

/** Vectors of `inner` numbers; those from `start` to `end` at a time, one after another. */
export interface Vectors {
  readonly inner: number
  readonly count: number
  read(start: number, end: number): Float32Array
}

/**
 * @param largest of the whole numbers
 * @throws RangeError when a vector is not finite
 */
export function quantizeColumns(vectors: Vectors, largest: number): QuantizedColumns {
  const { inner, count } = vectors
  const integers = new Int8Array(inner * count)
  const steps = new Float32Array(count)
  const doubts = new Float32Array(count)
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count)
    const values = vectors.read(start, end)
    for (let column = start; column < end; column++)
      quantize(values, (column - start) * inner, column, { integers, steps, doubts })
  }
  return { integers, steps, doubts }

  /** With the step that takes the largest number of the vector to `largest`. */
  function quantize(
    values: Float32Array,
    first: number,
    column: number,
    { integers, steps, doubts }: QuantizedColumns,
  ) {
    let top = 0
    for (let n = 0; n < inner; n++) top = Math.max(top, Math.abs(values[first + n]!))
    if (!Number.isFinite(top)) throw new RangeError(`A weight of item ${column} is not finite`)
    steps[column] = top / largest
    const step = steps[column]!
    const inverse = step > 0 ? 1 / step : 0
    let errors = 0
    let squares = 0
    for (let n = 0; n < inner; n++) {
      const value = values[first + n]!
      const integer = Math.round(value * inverse)
      integers[n * count + column] = integer
      // of what was stored: a step that is hardly a number may be too small by a half
      const error = value - step * integers[n * count + column]!
      errors += error * error
      squares += value * value
    }
    const error = Math.sqrt(errors)
    doubts[column] = error + usualError * (Math.sqrt(squares) + error)
  }
}

const chunk = 4096
