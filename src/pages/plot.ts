// Plots as SVG, drawn on the server.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Html, type HtmlPart, html, trustedHtml } from './html.ts'
import { palette } from './style.ts'

/** In pixels; narrow enough for two plots side by side or for a phone. */
const panelWidth = 360

/**
 * Draws with Observable Plot into an SVG.
 *
 * @param label accessible description of the plot
 */
export function drawPlot(label: string, options: Plot.PlotOptions): Html {
  return html`<div class="plot">${trustedHtml(drawSvg(label, options))}</div>`
}

/** SVG text that takes its colours from the surrounding document. */
export function drawSvg(label: string, { width = panelWidth, ...options }: Plot.PlotOptions): string {
  const plot = Plot.plot({
    document: blank(),
    width,
    height: 240,
    marginLeft: 56,
    marginTop: 28,
    marginBottom: 40,
    style: { ...font, ...onPaper, minWidth: `${Math.min(width, minPlotWidth)}px` },
    ariaLabel: label,
    ...options,
  })
  plot.setAttribute('role', 'img')
  return plot.outerHTML
}

/** Related plots, side by side as far as the window allows. */
export function figure(plots: readonly HtmlPart[], caption: HtmlPart): Html {
  return html`<figure><div class="panels">${plots}</div><figcaption>${caption}</figcaption></figure>`
}

/** One colour and one shape per series, so that series differ without colour, too. */
export function seriesScales(names: readonly string[]) {
  return { color: { domain: names, range: palette }, symbol: { domain: names } }
}

/** The legend of plots with `seriesScales`. */
export function legend(names: readonly string[]): Html {
  const { color } = seriesScales(names)
  const options = { color, symbol: { domain: names, type: 'ordinal' }, fill: 'color', style: font }
  // the types lack the combination of colour and symbol scales, and the document
  const key = Plot.legend({ ...options, document: blank() } as unknown as Parameters<typeof Plot.legend>[0])
  return trustedHtml(key.outerHTML)
}

/** In pixels; in a narrower window a plot scrolls instead of shrinking. */
const minPlotWidth = 480
const onPaper = { background: 'none', '--plot-background': 'var(--paper)' } as object
const font = { fontFamily: 'system-ui, sans-serif', fontSize: '12px' }

function blank() {
  const { document } = parseHTML('<html><body></body></html>')
  return document as unknown as NonNullable<Plot.PlotOptions['document']>
}
