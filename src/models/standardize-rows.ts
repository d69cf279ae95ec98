/** Moves and scales each row of scores, in place, to mean 0 and deviation 1; a row of equal scores becomes 0. */
export function standardizeRows(scores: Float32Array, columns: number): Float32Array {
  for (let start = 0; start < scores.length; start += columns)
    standardize(scores.subarray(start, start + columns))
  return scores
}

function standardize(row: Float32Array): void {
  const mean = row.reduce((sum, score) => sum + score, 0) / row.length
  const variance = row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / row.length
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0
  for (let n = 0; n < row.length; n++) row[n] = (row[n]! - mean) * scale
}
