import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { html } from '../../src/pages/html.ts'
import { renderPage, verdict } from '../../src/pages/page.ts'
import { drawPlot, figure, legend, seriesScales } from '../../src/pages/plot.ts'
import { table } from '../../src/pages/table.ts'

const attack = `</title><script>alert('&')</script>"`

const points = ['a', 'b', attack].map((name, n) => ({ name, n }))
const names = points.map(({ name }) => name)
const page = renderPage(attack, [
  verdict(attack),
  table([attack, 'figure'], [[attack, html`<b>${attack}</b>`]], { caption: attack }),
  figure(
    [
      drawPlot(attack, {
        ...seriesScales(names),
        marks: [Plot.dot(points, { x: 'n', y: 'n', fill: 'name', symbol: 'name' })],
      }),
    ],
    legend(names),
  ),
])
const { document } = parseHTML(page)

describe('a page', () => {
  test('shows any text as text, in titles, tables, plots and legends', () => {
    expect(document.querySelectorAll('script')).toHaveLength(0)
    const read = (selector: string) => document.querySelector(selector)!.textContent
    for (const place of ['title', '.verdict', 'caption', 'thead th', 'tbody th', 'tbody b'])
      expect(read(place)).toBe(attack)
    expect(read('figcaption')).toContain(attack)
  })

  test('fetches nothing from anywhere', () => {
    expect(page).not.toMatch(/\b(src|href|url|@import)\s*[=(]/)
  })

  test('names its plots for those who do not see them', () => {
    const label = document.querySelector('svg[role=img]')!.getAttribute('aria-label')
    expect(label).toBe(attack)
  })

  test('distinguishes series by shape as well as by color', () => {
    const marks = [...document.querySelectorAll('svg[role=img] [aria-label=dot] path')]
    expect(new Set(marks.map((mark) => mark.getAttribute('d'))).size).toBe(3)
    expect(new Set(marks.map((mark) => mark.getAttribute('fill'))).size).toBe(3)
  })
})
