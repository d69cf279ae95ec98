// The results as one SVG: a panel per section, a point with its interval per row.
import * as Plot from '@observablehq/plot'
import { isRankingMetric, type Metric } from '../../src/evaluation/metric.ts'
import { drawSvg } from '../../src/pages/plot.ts'
import { colors, palette } from '../../src/pages/style.ts'
import { type MeasuredSection, nameOf } from './markdown.ts'

export const width = 860

/** The plot of a section. */
export interface Panel {
  readonly svg: string
  readonly height: number
}

/** An SVG document. */
export function drawResults(measured: readonly MeasuredSection[]): string {
  return stackPanels(measured.map(drawPanel), 'Metrics of all models with 95 % intervals')
}

/** One SVG document of panels below each other. */
export function stackPanels(panels: readonly Panel[], label: string): string {
  let y = 0
  const placed = panels.map(({ svg, height }) => {
    const nested = svg.replace('<svg', `<svg y="${y}"`)
    y += height
    return nested
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img" aria-label="${label}" style="color: var(--ink)"><style>${colors}</style><rect width="100%" height="100%" fill="var(--paper)"/>${placed.join('')}</svg>\n`
}

export function isLowerBetter(metric: Metric): boolean {
  return !isRankingMetric(metric)
}

export function axisLabel(metric: Metric): string {
  return metric === 'rmse' ? 'RMSE (lower is better)' : `${metric} (higher is better)`
}

/** Above the left end of a panel. */
export function panelTitle(title: string, { marginLeft }: { readonly marginLeft: number }): Plot.Markish {
  return Plot.text([title], {
    frameAnchor: 'top-left',
    dy: -26,
    dx: 10 - marginLeft,
    fontWeight: 'bold',
    fontSize: 13,
  })
}

/** For the names of the rows. */
const marginLeft = 290

function drawPanel({ section, rows }: MeasuredSection): Panel {
  const metric = section.metrics[0]
  const better = isLowerBetter(metric) ? 1 : -1
  const points = rows
    .flatMap(({ row, summary }) => {
      const figure = summary.metrics[metric]
      return figure === undefined ? [] : [{ name: nameOf(row), ...figure }]
    })
    .sort((a, b) => better * (a.mean - b.mean))
  const published = section.published
    .filter((one) => one.metric === metric)
    .flatMap(({ model, value }) =>
      points.filter(({ name }) => name === model).map(({ name }) => ({ name, value })),
    )
  const height = 70 + 26 * points.length
  const svg = drawSvg(section.title, {
    width,
    height,
    marginLeft,
    marginTop: 34,
    marginBottom: 36,
    marginRight: 30,
    x: {
      label: axisLabel(metric),
      grid: true,
      nice: true,
    },
    y: { domain: points.map(({ name }) => name), label: null },
    marks: [
      Plot.ruleY(points, {
        y: 'name',
        x1: ({ mean, halfWidth }) => mean - halfWidth,
        x2: ({ mean, halfWidth }) => mean + halfWidth,
        stroke: palette[0]!,
        strokeWidth: 2,
      }),
      Plot.dot(points, { y: 'name', x: 'mean', fill: palette[0]!, r: 5 }),
      Plot.dot(published, {
        y: 'name',
        x: 'value',
        stroke: palette[1]!,
        symbol: 'times',
        r: 5,
        strokeWidth: 2,
      }),
      panelTitle(`${section.title}${published.length > 0 ? '   (× published)' : ''}`, { marginLeft }),
    ],
  })
  return { svg, height }
}
