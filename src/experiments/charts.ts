// Plots as SVG text, drawn on the server.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** Told apart by people of every colour vision: Okabe and Ito, Color Universal Design (2008). */
export const palette = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#F0E442',
  '#000000',
]

/** Draws with Observable Plot into an SVG of its own, for a page. */
export function drawPlot(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>')
  const style = { fontFamily: 'system-ui, sans-serif', fontSize: '12px', background: 'white' }
  const plot = Plot.plot({
    document: document as unknown as NonNullable<Plot.PlotOptions['document']>,
    width: 760,
    height: 280,
    marginLeft: 60,
    marginBottom: 40,
    style,
    ...options,
  })
  return plot.outerHTML
}

/** Text as it may stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A page that needs nothing else. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 860px; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.25rem 0.6rem; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
.verdict { padding: 0.8rem 1rem; border-left: 6px solid #0072B2; background: #f2f6fa; font-size: 1.1rem; }
.alarm { border-color: #D55E00; background: #fdf3ec; }
.row { display: flex; flex-wrap: wrap; }
.note { color: #555; } svg { max-width: 100%; height: auto; } figure { margin: 1rem 0; overflow: visible; }
</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Rows as an HTML table: the first column to the left, the others, which hold figures, to the right. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`
  return `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`
}
