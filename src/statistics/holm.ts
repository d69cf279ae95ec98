import padjust from '@stdlib/stats-padjust'

/**
 * p-values adjusted for multiple tests, in the same order: where every hypothesis with an adjusted p-value of at most α
 * is rejected, the probability of any false rejection is at most α. Holm, A Simple Sequentially Rejective Multiple Test
 * Procedure (Scandinavian Journal of Statistics 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  // the library refuses an empty list
  return pValues.length === 0 ? [] : padjust([...pValues], 'holm')
}
