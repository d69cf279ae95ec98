/**
 * The scores less a penalty on popularity. Both are measured in standard deviations, so that a penalty means the same
 * for every model, whatever its scores measure.
 *
 * @param standardized see `standardizedPopularity`
 */
export function adjustedScores(
  scores: Float32Array,
  standardized: Float32Array,
  penalty: number,
): Float32Array {
  const scale = penalty * momentsOf(scores).std
  return scores.map((score, item) => score - scale * standardized[item]!)
}

/** log(1 + ratings) of each item, with mean 0 and standard deviation 1; all zeros when all items are equally popular. */
export function standardizedPopularity(popularity: Float32Array): Float32Array {
  const logarithms = popularity.map((count) => Math.log1p(count))
  const { mean, std } = momentsOf(logarithms)
  return logarithms.map((value) => (std > 0 ? (value - mean) / std : 0))
}

function momentsOf(values: Float32Array): { mean: number; std: number } {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return { mean, std: Math.sqrt(Math.max(squares / values.length - mean * mean, 0)) }
}
