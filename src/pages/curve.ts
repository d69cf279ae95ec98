import * as Plot from '@observablehq/plot'
import type { Html } from './html.ts'
import { drawPlot } from './plot.ts'

/** A value by epoch. A dashed line marks the epoch `best`, if there is one. */
export function plotCurve(
  label: string,
  points: readonly { readonly epoch: number; readonly value: number }[],
  best?: number,
): Html {
  return drawPlot(`${label} by epoch`, {
    height: 200,
    x: { label: 'Epoch', labelAnchor: 'center', tickFormat: 'd', ticks: Math.min(8, points.length) },
    y: { label, grid: true, ticks: 4, nice: true },
    marks: [
      Plot.ruleX(best === undefined ? [] : [best], { strokeDasharray: '4 4', strokeOpacity: 0.6 }),
      Plot.lineY(points, { x: 'epoch', y: 'value', stroke: 'var(--series-1)', strokeWidth: 2 }),
    ],
  })
}
