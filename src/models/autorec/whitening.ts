/**
 * The upper triangular T with T Tᵀ = (scale · (G + penalty · I))⁻¹, for the symmetric positive semidefinite G: the inverse
 * of the transposed Cholesky factor, in 64 bits. size³ / 3 multiplications and additions.
 *
 * @param gram size × size
 * @returns size × size, row-major
 */
export function whiteningOf(
  gram: Float32Array,
  size: number,
  { scale, penalty }: { readonly scale: number; readonly penalty: number },
): Float32Array {
  const factor = choleskyOf(gram, size, scale, penalty)
  const transform = new Float32Array(size * size)
  const column = new Float64Array(size) // of L⁻¹, which is a row of T
  for (let start = 0; start < size; start++) {
    for (let row = start; row < size; row++) {
      let sum = row === start ? 1 : 0
      for (let n = start; n < row; n++) sum -= factor[row * size + n]! * column[n]!
      column[row] = sum / factor[row * size + row]!
    }
    for (let row = start; row < size; row++) transform[start * size + row] = column[row]!
  }
  return transform
}

/** The lower triangular L with L Lᵀ = scale · (G + penalty · I). */
function choleskyOf(gram: Float32Array, size: number, scale: number, penalty: number): Float64Array {
  const factor = new Float64Array(size * size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = scale * (gram[row * size + column]! + (row === column ? penalty : 0))
      for (let n = 0; n < column; n++) sum -= factor[row * size + n]! * factor[column * size + n]!
      factor[row * size + column] = row === column ? Math.sqrt(sum) : sum / factor[column * size + column]!
    }
  return factor
}
