import * as Plot from '@observablehq/plot'
import { formatCompact, formatCount } from '../../pages/numbers.ts'
import { drawPlot } from '../../pages/plot.ts'

const limits = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]

/** A bar for each range of ranks, up to the lowest rank that occurs. */
export function plotRanks(ranks: readonly number[]) {
  const bars = rangesOf(ranks)
  return drawPlot('Users by the rank of the item', {
    height: 50 + 22 * bars.length,
    marginTop: 10,
    marginLeft: 110,
    marginRight: 20,
    x: { label: 'Users', labelAnchor: 'center', grid: true, ticks: 4, tickFormat: formatCompact },
    y: { domain: bars.map(({ range }) => range), label: null, tickSize: 0 },
    marks: [Plot.barX(bars, { x: 'count', y: 'range', fill: 'var(--series-1)' }), Plot.ruleX([0])],
  })
}

function rangesOf(ranks: readonly number[]): { range: string; count: number }[] {
  const lowest = Math.max(...ranks)
  const needed = limits.findIndex((limit) => lowest <= limit)
  const ends = needed === -1 ? [...limits, Number.POSITIVE_INFINITY] : limits.slice(0, needed + 1)
  return ends.map((end, n) => {
    const start = n === 0 ? 1 : ends[n - 1]! + 1
    const range =
      end === Number.POSITIVE_INFINITY
        ? `from ${formatCount(start)}`
        : `${formatCount(start)}–${formatCount(end)}`
    return { range, count: ranks.filter((rank) => rank >= start && rank <= end).length }
  })
}
