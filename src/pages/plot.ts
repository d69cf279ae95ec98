// Plots as SVG, drawn on the server.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Html, type HtmlPart, html, trustedHtml } from './html.ts'
import { palette } from './style.ts'

/** In pixels; narrow enough for two plots side by side or for a phone. */
const panelWidth = 360

/**
 * Draws with Observable Plot into an SVG, which has the style of its page. In a narrow window it scrolls.
 *
 * @param label accessible description of the plot
 */
export function drawPlot(label: string, options: Plot.PlotOptions): Html {
  const plot = draw(label, { className: 'drawing', ...options })
  if ((options.width ?? panelWidth) > minPlotWidth) plot.classList.add('wide')
  // a region that scrolls can be reached with the keyboard
  return html`<div class="plot" tabindex="0">${trustedHtml(withoutOwnStyle(plot))}</div>`
}

/** SVG text with its own style, for a file; its colors are those of the surrounding document. */
export function drawSvg(label: string, options: Plot.PlotOptions): string {
  const { width = panelWidth } = options
  const style = { ...font, ...onPaper, minWidth: `${Math.min(width, minPlotWidth)}px` }
  return draw(label, { style, ...options }).outerHTML
}

function draw(label: string, options: Plot.PlotOptions) {
  const plot = Plot.plot({
    document: blank(),
    width: panelWidth,
    height: 240,
    marginLeft: 56,
    marginTop: 28,
    marginBottom: 40,
    ariaLabel: label,
    ...options,
  })
  plot.setAttribute('role', 'img')
  return plot
}

/** A page with a strict Content-Security-Policy applies no style of its elements. */
function withoutOwnStyle(drawing: ReturnType<typeof Plot.plot>): string {
  drawing.removeAttribute('style')
  for (const style of drawing.querySelectorAll('style')) style.remove()
  // a name needs a role
  for (const marks of drawing.querySelectorAll('g[aria-label]')) marks.setAttribute('role', 'group')
  return drawing.outerHTML
}

/** Related plots, side by side as far as the window allows. */
export function figure(plots: readonly HtmlPart[], caption: HtmlPart): Html {
  return html`<figure><div class="panels">${plots}</div><figcaption>${caption}</figcaption></figure>`
}

/** One color and one shape per series, so that series differ without color, too. */
export function seriesScales(names: readonly string[]) {
  return { color: { domain: names, range: palette }, symbol: { domain: names } }
}

/** The legend of plots with `seriesScales`. */
export function legend(names: readonly string[]): Html {
  const { color } = seriesScales(names)
  const options = {
    color,
    symbol: { domain: names, type: 'ordinal' },
    fill: 'color',
    className: 'drawing',
    document: blank(),
  }
  // the types lack the combination of color and symbol scales, and the document
  const key = Plot.legend(options as unknown as Parameters<typeof Plot.legend>[0])
  return trustedHtml(withoutOwnStyle(key))
}

/** In pixels; in a narrower window a plot scrolls instead of shrinking. */
const minPlotWidth = 480
const onPaper = { background: 'none', '--plot-background': 'var(--paper)' } as object
const font = { fontFamily: 'system-ui, sans-serif', fontSize: '12px' }

function blank() {
  const { document } = parseHTML('<html><body></body></html>')
  return document as unknown as NonNullable<Plot.PlotOptions['document']>
}
