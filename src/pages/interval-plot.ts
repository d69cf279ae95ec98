import * as Plot from '@observablehq/plot'
import type { Html } from './html.ts'
import { drawPlot, seriesScales } from './plot.ts'

/** A mean with its interval. */
export interface IntervalPoint {
  readonly name: string
  /** Determines color and shape. */
  readonly series: string
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** One row per point: the mean with its interval. `series` lists all possible series. */
export function plotIntervals(
  label: string,
  points: readonly IntervalPoint[],
  series: readonly string[],
): Html {
  const maxNameLength = Math.max(...points.map(({ name }) => name.length))
  return drawPlot(label, {
    marginTop: 10,
    height: 50 + 26 * points.length,
    marginLeft: 20 + 7 * maxNameLength,
    marginRight: 20,
    x: { label, ticks: 4, grid: true, nice: true, labelAnchor: 'center' },
    y: { domain: points.map(({ name }) => name), label: null, tickSize: 0 },
    ...seriesScales(series),
    marks: [
      Plot.ruleY(points, { y: 'name', x1: 'low', x2: 'high', stroke: 'series', strokeWidth: 2 }),
      Plot.dot(points, { y: 'name', x: 'mean', fill: 'series', symbol: 'series', r: 5 }),
    ],
  })
}
