// Plots as SVG, drawn on the server.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Html, type HtmlPart, html, trustedHtml } from './html.ts'
import { palette } from './style.ts'

/** Wide enough to read, narrow enough for two side by side or for a telephone. */
const panelWidth = 360

/**
 * Draws with Observable Plot into an SVG of its own.
 *
 * @param label what the plot shows, for those who do not see it
 */
export function drawPlot(label: string, options: Plot.PlotOptions): Html {
  return html`<div class="plot">${trustedHtml(drawSvg(label, options))}</div>`
}

/** The same as SVG text, which takes its colours from the document that it is put into. */
export function drawSvg(label: string, { width = panelWidth, ...options }: Plot.PlotOptions): string {
  const plot = Plot.plot({
    document: blank(),
    width,
    height: 240,
    marginLeft: 56,
    marginTop: 28,
    marginBottom: 40,
    style: { ...font, ...onPaper, minWidth: `${Math.min(width, narrowest)}px` },
    ariaLabel: label,
    ...options,
  })
  plot.setAttribute('role', 'img')
  return plot.outerHTML
}

/** Plots that belong together, as many side by side as the window takes. */
export function figure(plots: readonly HtmlPart[], caption: HtmlPart): Html {
  return html`<figure><div class="panels">${plots}</div><figcaption>${caption}</figcaption></figure>`
}

/** One colour and one shape a series, so that the shape tells where the colour does not. */
export function seriesScales(names: readonly string[]) {
  return { color: { domain: names, range: palette }, symbol: { domain: names } }
}

/** The key to plots with `seriesScales`. */
export function legend(names: readonly string[]): Html {
  const { color } = seriesScales(names)
  const options = { color, symbol: { domain: names, type: 'ordinal' }, fill: 'color', style: font }
  // its types know neither a colour scale beside a symbol scale nor a document
  const key = Plot.legend({ ...options, document: blank() } as unknown as Parameters<typeof Plot.legend>[0])
  return trustedHtml(key.outerHTML)
}

/** Below it a plot scrolls sideways rather than shrink beyond reading. */
const narrowest = 480
const onPaper = { background: 'none', '--plot-background': 'var(--paper)' } as object
const font = { fontFamily: 'system-ui, sans-serif', fontSize: '12px' }

function blank() {
  const { document } = parseHTML('<html><body></body></html>')
  return document as unknown as NonNullable<Plot.PlotOptions['document']>
}
