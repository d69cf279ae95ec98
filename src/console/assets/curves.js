// Replaces the pictures of curves by plots with a cursor, which can be zoomed by dragging.
import uPlot from './uplot.js'

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const plots = new Map()

for (const element of document.querySelectorAll('.curve')) draw(element)
addEventListener('resize', () => {
  for (const [element, plot] of plots) plot.setSize(sizeOf(element))
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const plot of plots.values()) plot.redraw()
})

/** Replaces the points of all curves: lists of { name, epochs, values } in the order of the page. */
export function update(curves) {
  for (const [element, plot] of plots) {
    const curve = curves.find(({ name }) => name === element.dataset.name)
    if (curve) plot.setData([curve.epochs, curve.values])
  }
}

function draw(element) {
  const { name, epochs, values } = element.dataset
  const axis = {
    stroke: () => color('--ink'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => color('--rule'), width: 1 },
    ticks: { stroke: () => color('--rule'), width: 1 },
  }
  const options = {
    ...sizeOf(element),
    title: name,
    scales: { x: { time: false } },
    series: [
      { label: 'Epoch' },
      { label: name, stroke: () => color('--series-1'), width: 2, points: { show: false } },
    ],
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      { ...axis, size: 70 },
    ],
  }
  element.replaceChildren()
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', `${name} by epoch`)
  plots.set(element, new uPlot(options, [JSON.parse(epochs), JSON.parse(values)], element))
}

function sizeOf(element) {
  return { width: Math.min(480, element.parentElement.clientWidth), height: 260 }
}
