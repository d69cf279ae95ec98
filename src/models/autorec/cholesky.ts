/**
 * Solves A x = y for a symmetric positive definite A by its Cholesky factor. A (size × size, row-major, of which the
 * lower half is read) and y are overwritten; y then holds x.
 *
 * @throws RangeError when A is not positive definite.
 */
export function solveCholesky(A: Float64Array, y: Float64Array): Float64Array {
  const size = y.length
  factorize(A, size)
  for (let r = 0; r < size; r++) y[r] = (y[r]! - dot(A, r * size, y, 0, r)) / A[r * size + r]!
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
      const rest = A[r * size + c]! - dot(A, r * size, A, c * size, c)
      if (c < r) A[r * size + c] = rest / A[c * size + c]!
      else if (rest > 0) A[r * size + r] = Math.sqrt(rest)
      else throw new RangeError(`The matrix of ${size} × ${size} is not positive definite at row ${r}`)
    }
}

/** Σ_k a[i + k] b[j + k], in four sums that need not wait for each other. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 += a[i + k]! * b[j + k]!
    s1 += a[i + k + 1]! * b[j + k + 1]!
    s2 += a[i + k + 2]! * b[j + k + 2]!
    s3 += a[i + k + 3]! * b[j + k + 3]!
  }
  for (; k < length; k++) s0 += a[i + k]! * b[j + k]!
  return s0 + s1 + (s2 + s3)
}
