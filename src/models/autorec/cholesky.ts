/**
 * Solves A x = y for a symmetric positive definite A by its Cholesky factor. A (size × size, row-major, of which the
 * lower half is read) and y are overwritten; y then holds x.
 *
 * @throws RangeError when A is not positive definite.
 */
export function solveCholesky(A: Float64Array, y: Float64Array): Float64Array {
  const size = y.length
  factorize(A, size)
  for (let r = 0; r < size; r++) y[r] = (y[r]! - dot(A, r * size, y, r)) / A[r * size + r]!
  for (let r = size - 1; r >= 0; r--) {
    const x = y[r]! / A[r * size + r]!
    y[r] = x
    for (let c = 0; c < r; c++) y[c]! -= A[r * size + c]! * x
  }
  return y
}

/** Replaces the lower half of A by L, where A = L Lᵀ. */
function factorize(A: Float64Array, size: number): void {
  for (let r = 0; r < size; r++)
    for (let c = 0; c <= r; c++) {
      let sum = A[r * size + c]!
      for (let k = 0; k < c; k++) sum -= A[r * size + k]! * A[c * size + k]!
      if (c < r) A[r * size + c] = sum / A[c * size + c]!
      else if (sum > 0) A[r * size + r] = Math.sqrt(sum)
      else throw new RangeError(`The matrix of ${size} × ${size} is not positive definite at row ${r}`)
    }
}

function dot(A: Float64Array, offset: number, y: Float64Array, length: number): number {
  let sum = 0
  for (let k = 0; k < length; k++) sum += A[offset + k]! * y[k]!
  return sum
}
