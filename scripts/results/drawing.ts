// The results as one SVG: a panel per section, a point with its interval per row.
import * as Plot from '@observablehq/plot'
import { drawSvg } from '../../src/pages/plot.ts'
import { colors, palette } from '../../src/pages/style.ts'
import { type MeasuredSection, nameOf } from './markdown.ts'

const width = 860

/** An SVG document. */
export function drawResults(measured: readonly MeasuredSection[]): string {
  const panels = measured.map(drawPanel)
  let y = 0
  const placed = panels.map(({ svg, height }) => {
    const nested = svg.replace('<svg', `<svg y="${y}"`)
    y += height
    return nested
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img" aria-label="Accuracy of all models with 95 % intervals" style="color: var(--ink)"><style>${colors}</style><rect width="100%" height="100%" fill="var(--paper)"/>${placed.join('')}</svg>\n`
}

function drawPanel({ section, rows }: MeasuredSection): { svg: string; height: number } {
  const metric = section.metrics[0]
  const better = metric.includes('@') ? -1 : 1
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
    marginLeft: 290,
    marginTop: 34,
    marginBottom: 36,
    marginRight: 30,
    x: {
      label: metric === 'rmse' ? 'RMSE (lower is better)' : `${metric} (higher is better)`,
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
      Plot.text([`${section.title}${published.length > 0 ? '   (× published)' : ''}`], {
        frameAnchor: 'top-left',
        dy: -26,
        dx: -280,
        fontWeight: 'bold',
        fontSize: 13,
      }),
    ],
  })
  return { svg, height }
}
