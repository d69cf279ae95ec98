import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { transpose } from '../../interactions/csr/transpose.ts'

/** A symmetric positive semidefinite matrix S, as an operator. */
export interface SymmetricOperator {
  /** d, the number of rows and columns of S. */
  readonly size: number
  /** S Q for Q of d × `width`, row-major. */
  multiply(Q: ArrayLike<number>, width: number): Float64Array
}

/** The covariance S = (1/N) Σ (x − μ)(x − μ)ᵀ of the rows x of a sparse matrix. */
export interface Covariance extends SymmetricOperator {
  readonly mean: Float64Array
  /** tr S */
  readonly trace: number
}

/** XᵀX of a sparse matrix X. */
export function gramOf(matrix: CsrMatrix): SymmetricOperator {
  const transposed = transpose(matrix)
  return {
    size: matrix.columns,
    multiply: (Q, width) => times(transposed, times(matrix, Q, width), width),
  }
}

export function covarianceOf(matrix: CsrMatrix): Covariance {
  const { rows, columns, indices, values } = matrix
  const transposed = transpose(matrix)
  const mean = new Float64Array(columns)
  let squares = 0
  for (let n = 0; n < values.length; n++) {
    mean[indices[n]!]! += values[n]! / rows
    squares += values[n]! ** 2 / rows
  }
  return {
    size: columns,
    mean,
    trace: squares - mean.reduce((sum, value) => sum + value * value, 0),
    // (1/N) Xᵀ X Q − μ (μᵀ Q)
    multiply(Q, width) {
      const product = times(transposed, times(matrix, Q, width), width)
      const meanImage = new Float64Array(width)
      for (let c = 0; c < columns; c++)
        for (let k = 0; k < width; k++) meanImage[k]! += mean[c]! * Q[c * width + k]!
      for (let c = 0; c < columns; c++)
        for (let k = 0; k < width; k++)
          product[c * width + k] = product[c * width + k]! / rows - mean[c]! * meanImage[k]!
      return product
    },
  }
}

function times(
  { rows, offsets, indices, values }: CsrMatrix,
  Q: ArrayLike<number>,
  width: number,
): Float64Array {
  const product = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const productRow = product.subarray(row * width, (row + 1) * width)
    for (let n = offsets[row]!; n < offsets[row + 1]!; n++) {
      const from = indices[n]! * width
      const value = values[n]!
      for (let k = 0; k < width; k++) productRow[k]! += value * Q[from + k]!
    }
  }
  return product
}
