import * as Plot from '@observablehq/plot'
import { formatCompact } from '../../pages/numbers.ts'
import { drawPlot } from '../../pages/plot.ts'
import type { ValueBin } from '../../ratings/postgres-value-counts.ts'

/** A bar for each value or range of values. */
export function plotValues(values: readonly ValueBin[]) {
  const bars = values.map(({ from, to, count }) => ({
    value: from === to ? format(from) : `${format(from)}–${format(to)}`,
    count,
  }))
  const maxLength = Math.max(...bars.map(({ value }) => value.length))
  return drawPlot('Current ratings by value', {
    height: 50 + 22 * bars.length,
    marginTop: 10,
    marginLeft: 20 + 7 * maxLength,
    marginRight: 20,
    x: { label: 'Ratings', labelAnchor: 'center', grid: true, ticks: 4, tickFormat: formatCompact },
    y: { domain: bars.map(({ value }) => value), label: null, tickSize: 0 },
    marks: [Plot.barX(bars, { x: 'count', y: 'value', fill: 'var(--series-1)' }), Plot.ruleX([0])],
  })
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)))
}
