// A plot of the lift over the days of an experiment.
import * as Plot from '@observablehq/plot'
import { type Html, noHtml } from '../pages/html.ts'
import { drawPlot, figure, seriesScales } from '../pages/plot.ts'
import type { ExperimentReport, TreatmentReport } from './report.ts'

/** The lift at the end of each day with its confidence sequence; empty if there is none yet. */
export function plotLiftOverTime(
  treatments: readonly TreatmentReport[],
  { experiment }: Pick<ExperimentReport, 'experiment'>,
): Html {
  const drawn = treatments.flatMap(pointsOf)
  if (drawn.length === 0) return noHtml
  const bound = boundOf(drawn, treatments.length)
  const detectable = 100 * experiment.minimumDetectableEffect
  const { color } = seriesScales(treatments.map(({ variant }) => variant))
  const plot = drawPlot('The lift at the end of each day with its confidence sequence', {
    width: 760,
    height: 280,
    x: { label: 'Day', tickFormat: 'd', ticks: Math.min(14, Math.max(...drawn.map(({ day }) => day))) },
    y: {
      label: experiment.mode === 'interleaving' ? 'Preference, %' : 'Lift, %',
      grid: true,
      domain: [-bound, bound],
      clamp: true,
    },
    color,
    marks: [
      Plot.areaY(drawn, { x: 'day', y1: 'low', y2: 'high', fill: 'variant', fillOpacity: 0.2 }),
      Plot.lineY(drawn, { x: 'day', y: 'lift', z: 'variant', stroke: 'variant', strokeWidth: 2 }),
      Plot.dot(drawn, { x: 'day', y: 'lift', fill: 'variant', r: 3 }),
      Plot.text(drawn, Plot.selectLast({ ...labels, x: 'day', y: 'lift', z: 'variant', text: 'variant' })),
      Plot.ruleY([0]),
      Plot.ruleY(
        [-detectable, detectable].filter((value) => Math.abs(value) < bound),
        { strokeDasharray: '4 4', strokeOpacity: 0.6 },
      ),
    ],
  })
  return figure(
    [plot],
    `Cumulative lift at the end of each day with its ${Number((100 * experiment.confidence).toFixed(1))} % confidence sequence, which is valid simultaneously for all days. Dashed: the minimum detectable effect.`,
  )
}

interface Point {
  readonly variant: string
  readonly day: number
  readonly lift: number
  readonly low: number
  readonly high: number
}

/** In per cent; days count from 1. */
function pointsOf({ variant, overTime }: TreatmentReport): Point[] {
  return overTime
    .filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high))
    .map(({ day, lift, low, high }) => ({
      variant,
      day: day + 1,
      lift: 100 * lift,
      low: 100 * low,
      high: 100 * high,
    }))
}

/** The wide intervals of the first days would flatten the plot. */
function boundOf(drawn: readonly Point[], treatments: number): number {
  const widest = (points: readonly Point[]) =>
    Math.max(...points.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))))
  return Math.min(widest(drawn), 4 * widest(drawn.slice(-treatments)))
}

const labels = { textAnchor: 'end', dy: -10, fontWeight: 'bold' } as const
