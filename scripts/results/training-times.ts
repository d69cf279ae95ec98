// The metric against the seconds of training as one SVG: a panel per section, with the Pareto front of its models.
import * as Plot from '@observablehq/plot'
import { drawSvg } from '../../src/pages/plot.ts'
import { palette } from '../../src/pages/style.ts'
import { axisLabel, isLowerBetter, type Panel, panelTitle, stackPanels, width } from './drawing.ts'
import { type MeasuredSection, nameOf } from './markdown.ts'
import { placeLabels } from './place-labels.ts'

/** A row of a section. */
interface Trained {
  readonly name: string
  /** Of the section's first metric. */
  readonly value: number
  readonly seconds: number
}

/** An SVG document. */
export function drawTrainingTimes(measured: readonly MeasuredSection[]): string {
  return stackPanels(measured.map(drawPanel), 'Metrics of all models against their seconds of training')
}

/** The rows that are better than all that take less time, or as much; the fastest first. */
export function paretoFront<Row extends Pick<Trained, 'value' | 'seconds'>>(
  rows: readonly Row[],
  lowerIsBetter: boolean,
): Row[] {
  const sign = lowerIsBetter ? -1 : 1
  const front: Row[] = []
  for (const row of rows.toSorted((a, b) => a.seconds - b.seconds || sign * (b.value - a.value)))
    if (front.length === 0 || sign * row.value > sign * front.at(-1)!.value) front.push(row)
  return front
}

/** With room for the names of many rows. */
const heightOf = ({ rows }: MeasuredSection) => (rows.length > 15 ? 560 : 360)
const margins = { marginLeft: 64, marginTop: 44, marginBottom: 44, marginRight: 30 }
/** Less cannot be read off the axis, nor measured. */
const minSeconds = 0.1

function drawPanel(measured: MeasuredSection): Panel {
  const { section, rows } = measured
  const height = heightOf(measured)
  const metric = section.metrics[0]
  const trained = rows.flatMap(({ row, summary }): Trained[] => {
    const value = summary.metrics[metric]?.mean
    const seconds = Math.max(summary.trainingSeconds, minSeconds)
    return value === undefined ? [] : [{ name: nameOf(row), value, seconds }]
  })
  const front = paretoFront(trained, isLowerBetter(metric))
  const others = trained.filter((row) => !front.includes(row))
  const x = padded(trained.map(({ seconds }) => Math.log10(seconds))).map((exponent) => 10 ** exponent)
  const y = padded(trained.map(({ value }) => value))
  const svg = drawSvg(`${section.title}, against seconds of training`, {
    width,
    height,
    ...margins,
    x: { type: 'log', label: 'seconds of training (logarithmic)', grid: true, domain: x, tickFormat: String },
    y: { label: null, grid: true, domain: y },
    marks: [
      Plot.line(front, { x: 'seconds', y: 'value', stroke: palette[1]!, curve: 'step-after' }),
      Plot.dot(others, { x: 'seconds', y: 'value', fill: palette[0]!, r: 4 }),
      Plot.dot(front, { x: 'seconds', y: 'value', fill: palette[1]!, r: 4 }),
      ...labels([...front, ...others], front.length, { x, y, height }),
      panelTitle(`${section.title}: ${axisLabel(metric)}`, margins),
    ],
  })
  return { svg, height }
}

/** The range of the values, and a tenth of it at both ends. */
function padded(values: readonly number[]): [number, number] {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const margin = (highest - lowest || Math.abs(highest)) / 10
  return [lowest - margin, highest + margin]
}

interface Extent {
  /** The range of the seconds and that of the values. */
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly height: number
}

/** The names of the rows, where they fit; those of the first `important` rows are placed first, and bold. */
function labels(
  rows: readonly Trained[],
  important: number,
  { x: [left, right], y: [bottom, top], height }: Extent,
): Plot.Markish[] {
  const area = {
    left: margins.marginLeft,
    right: width - margins.marginRight,
    top: margins.marginTop,
    bottom: height - margins.marginBottom,
  }
  const shareOf = (value: number, from: number, to: number) => (value - from) / (to - from)
  const placed = placeLabels(
    rows.map(({ name, value, seconds }) => ({
      text: name,
      x: area.left + shareOf(Math.log(seconds), Math.log(left!), Math.log(right!)) * (area.right - area.left),
      y: area.bottom + shareOf(value, bottom!, top!) * (area.top - area.bottom),
    })),
    area,
  )
  return rows.flatMap((row, n) => {
    const label = placed[n]
    if (!label) return []
    const { anchor: textAnchor, dx, dy } = label
    const fontWeight = n < important ? 'bold' : 'normal'
    return [
      Plot.text([row], {
        stroke: 'var(--paper)',
        fill: 'currentColor',
        strokeWidth: 4,
        x: 'seconds',
        y: 'value',
        text: 'name',
        textAnchor,
        dx,
        dy,
        fontWeight,
        fontSize: 10,
      }),
    ]
  })
}
