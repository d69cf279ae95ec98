import * as Plot from '@observablehq/plot'
import { formatCompact } from '../../pages/numbers.ts'
import { drawPlot } from '../../pages/plot.ts'
import type { ValueBin } from '../../ratings/postgres-value-counts.ts'

/**
 * A bar for each value or range of values.
 *
 * @param counted what the bars count, such as `Ratings`
 */
export function plotValues(
  values: readonly ValueBin[],
  { label, counted }: { readonly label: string; readonly counted: string },
) {
  const bars = values.map(({ from, to, count }) => ({
    value: rangeOf(from, to),
    count,
  }))
  const maxLength = Math.max(...bars.map(({ value }) => value.length))
  return drawPlot(label, {
    height: 50 + 22 * bars.length,
    marginTop: 10,
    marginLeft: 20 + 7 * maxLength,
    marginRight: 20,
    x: { label: counted, labelAnchor: 'center', grid: true, ticks: 4, tickFormat: formatCompact },
    y: { domain: bars.map(({ value }) => value), label: null, tickSize: 0 },
    marks: [Plot.barX(bars, { x: 'count', y: 'value', fill: 'var(--series-1)' }), Plot.ruleX([0])],
  })
}

function rangeOf(from: number, to: number): string {
  if (to === Number.POSITIVE_INFINITY) return `from ${format(from)}`
  return from === to ? format(from) : `${format(from)}–${format(to)}`
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)))
}
