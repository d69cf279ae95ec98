// Scores of several models on one scale.

/** sums += share · values */
export function addScaled(sums: Float32Array, values: Float32Array, share: number): void {
  for (let n = 0; n < sums.length; n++) sums[n]! += share * values[n]!
}

/** Shifts and scales each row of scores, in place, to mean 0 and standard deviation 1; a row of equal scores becomes 0. */
export function standardizeRows(scores: Float32Array, columns: number): Float32Array {
  for (let start = 0; start < scores.length; start += columns)
    standardize(scores.subarray(start, start + columns))
  return scores
}

function standardize(row: Float32Array): void {
  const { mean, scale } = standardizationOf(row)
  for (let n = 0; n < row.length; n++) row[n] = (row[n]! - mean) * scale
}

/** The standardized score is (score − mean) · scale; the scale of equal scores is 0. */
export function standardizationOf(row: Float32Array): { readonly mean: number; readonly scale: number } {
  const mean = row.reduce((sum, score) => sum + score, 0) / row.length
  const variance = row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / row.length
  return { mean, scale: variance > 0 ? 1 / Math.sqrt(variance) : 0 }
}
