// The plots of a search.
import * as Plot from '@observablehq/plot'
import type { Html } from '../pages/html.ts'
import { drawPlot } from '../pages/plot.ts'
import { type Dimension, pointOf, type SearchSpace } from './search-space.ts'
import { lossOf, type TrialRecord } from './study.ts'

/** A trial that has a result, and its rank group. */
interface RankedTrial {
  readonly trial: number
  readonly group: (typeof groups)[number]
  readonly record: TrialRecord
  readonly loss: number
}

const groups = ['others', 'best third', 'best'] as const
const look = {
  stroke: { domain: groups, range: ['var(--faint)', 'var(--series-1)', 'var(--series-2)'] },
  width: (group: string) => (group === 'best' ? 3 : 1.25),
  opacity: (group: string) => (group === 'others' ? 0.35 : 0.9),
}

/**
 * Parallel coordinates: one axis per hyperparameter and, at the bottom, one of the validation metric, better to the right;
 * one line per trial.
 */
export function plotParallelCoordinates(space: SearchSpace, trials: readonly TrialRecord[]): Html {
  const ranked = rank(trials)
  const metric = ranked[0]!.record.results.at(-1)!.validation.metric
  const rows = [...space.map(({ name }) => name), metric]
  const losses = ranked.map(({ loss }) => loss)
  const [lowest, highest] = [Math.min(...losses), Math.max(...losses)]
  const scaled = (loss: number) => (highest - loss) / Math.max(highest - lowest, Number.EPSILON)
  const points = ranked.flatMap(({ trial, group, record, loss }) =>
    [...positionsOf(space, record), scaled(loss)].map((place, n) => ({ trial, group, row: rows[n]!, place })),
  )
  const ticks = [
    ...space.flatMap(ticksOf),
    ...[highest, lowest].map((loss, place) => ({ row: metric, place, text: Math.abs(loss).toFixed(4) })),
  ]
  return drawPlot(`Each trial's hyperparameters and its ${metric}`, {
    width: 760,
    height: 50 * rows.length + 30,
    marginLeft: 140,
    marginRight: 40,
    marginBottom: 20,
    x: { axis: null, domain: [0, 1] },
    y: { type: 'point', domain: rows, label: null, tickSize: 0, padding: 0.3 },
    color: look.stroke,
    marks: [
      Plot.ruleY(rows, { strokeOpacity: 0.25 }),
      Plot.line(points, {
        x: 'place',
        y: 'row',
        z: 'trial',
        stroke: 'group',
        strokeWidth: ({ group }) => look.width(group),
        strokeOpacity: ({ group }) => look.opacity(group),
      }),
      Plot.text(ticks, {
        x: 'place',
        y: 'row',
        text: 'text',
        dy: 12,
        fill: 'currentColor',
        stroke: 'var(--paper)',
        strokeWidth: 4,
      }),
    ],
  })
}

/** The metric of each trial at the rungs that it reached. */
export function plotRungs(trials: readonly TrialRecord[]): Html {
  const ranked = rank(trials)
  const metric = ranked[0]!.record.results.at(-1)!.validation.metric
  const points = ranked.flatMap(({ trial, group, record }) =>
    record.results.map(({ epochs, validation }) => ({ trial, group, epochs, value: validation.value })),
  )
  return drawPlot(`${metric} of each trial by the epochs it was trained for`, {
    width: 760,
    height: 280,
    x: {
      type: 'log',
      label: 'Epochs',
      ticks: [...new Set(points.map(({ epochs }) => epochs))],
      tickFormat: 'd',
    },
    y: { label: metric, grid: true },
    color: look.stroke,
    marks: [
      Plot.line(points, {
        x: 'epochs',
        y: 'value',
        z: 'trial',
        stroke: 'group',
        strokeWidth: ({ group }) => look.width(group),
        strokeOpacity: ({ group }) => look.opacity(group),
      }),
      Plot.dot(points, {
        x: 'epochs',
        y: 'value',
        fill: 'group',
        r: ({ group }) => (group === 'best' ? 5 : 2.5),
        fillOpacity: ({ group }) => look.opacity(group),
      }),
    ],
  })
}

/** In drawing order: the best trials last, on top. */
function rank(trials: readonly TrialRecord[]): RankedTrial[] {
  const finished = trials
    .filter(({ results }) => results.length > 0)
    .map((record) => ({ trial: record.trial, record, loss: lossOf(record.results.at(-1)) }))
    .sort((a, b) => a.loss - b.loss || a.trial - b.trial)
  return finished
    .map((trial, place) => ({
      ...trial,
      group:
        place === 0
          ? ('best' as const)
          : place < finished.length / 3
            ? ('best third' as const)
            : ('others' as const),
    }))
    .reverse()
}

/** The position of a trial on each axis, from 0 to 1. */
function positionsOf(space: SearchSpace, { hyperparameters }: TrialRecord): number[] {
  const point = pointOf(space, hyperparameters)
  return space.map((dimension, d) =>
    dimension.kind === 'number' ? point[d]! : point[d]! / Math.max(dimension.choices.length - 1, 1),
  )
}

function ticksOf(dimension: Dimension) {
  const { name: row } = dimension
  if (dimension.kind === 'number')
    return [dimension.from, dimension.to].map((value, place) => ({ row, place, text: String(value) }))
  return dimension.choices.map((choice, n) => ({
    row,
    place: n / Math.max(dimension.choices.length - 1, 1),
    text: typeof choice === 'string' ? choice : JSON.stringify(choice),
  }))
}
