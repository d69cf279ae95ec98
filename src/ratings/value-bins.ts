/** Values from `from` up to `to`, which is included in the last bin only, and where both are equal. */
export interface Bin {
  readonly from: number
  readonly to: number
}

/**
 * Ten bins of equal width; for positive values over several orders of magnitude, such as numbers of plays, a bin for
 * each order.
 */
export function binsOf(lowest: number, highest: number): readonly Bin[] {
  const powers = lowest > 0 ? powersOfTen.filter((power) => power > lowest && power < highest) : []
  const areOrders = powers.length >= minPowers && powers[0]! <= 10 * lowest
  const edges = areOrders ? [lowest, ...powers, highest] : evenly(lowest, highest)
  return edges.slice(1).map((to, n) => ({ from: edges[n]!, to }))
}

const powersOfTen = Array.from({ length: 12 }, (_, n) => Number(`1e${n - 6}`))
const minPowers = 2
const evenBins = 10

function evenly(lowest: number, highest: number): number[] {
  return Array.from({ length: evenBins + 1 }, (_, n) =>
    n === evenBins ? highest : lowest + ((highest - lowest) * n) / evenBins,
  )
}
