/**
 * Standard scores by the median and the interquartile range, which outliers do not move; by the median and the standard
 * deviation where that range is 0. Undefined if the values do not vary.
 */
export function robustScores(values: Float64Array): Float64Array | undefined {
  const sorted = values.slice().sort()
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  if (sorted[0] === sorted.at(-1)) return undefined
  const range = (at(0.75) - at(0.25)) / 1.349
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0))
  const scale = range > 1e-9 * deviation ? range : deviation
  return values.map((value) => (value - at(0.5)) / scale)
}
