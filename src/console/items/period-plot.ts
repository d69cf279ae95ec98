import * as Plot from '@observablehq/plot'
import { formatCompact } from '../../pages/numbers.ts'
import { drawPlot } from '../../pages/plot.ts'
import type { PeriodUnit, RatedPeriod } from '../../ratings/postgres-item-ratings.ts'

/** The number of ratings of each period. */
export function plotPeriods(periods: readonly RatedPeriod[], unit: PeriodUnit) {
  return drawPlot(`Ratings by ${unit}`, {
    height: 200,
    x: { label: null, type: 'utc', ticks: 4 },
    y: { label: `Ratings per ${unit}`, grid: true, ticks: 4, nice: true, tickFormat: formatCompact },
    marks: [
      Plot.rectY(periods, { x: 'start', y: 'count', interval: unit, fill: 'var(--series-1)' }),
      Plot.ruleY([0]),
    ],
  })
}
