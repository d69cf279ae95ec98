import { type Html, type HtmlPart, html, noHtml } from './html.ts'

export interface TableOptions {
  readonly caption?: string
  /** Number of left-aligned text columns; the others hold numbers and are right-aligned. */
  readonly textColumns?: number
}

/** A table that scrolls horizontally in a narrow window. */
export function table(
  head: readonly string[],
  rows: readonly (readonly HtmlPart[])[],
  { caption, textColumns = 1 }: TableOptions = {},
): Html {
  const kind = (column: number) => (column < textColumns ? 'text' : 'figure')
  const body = rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row" class="text">${first!}</th>${cells.map((cell, n) => html`<td class="${kind(n + 1)}">${cell}</td>`)}</tr>`,
  )
  return html`<div class="table" tabindex="0"><table>
${caption === undefined ? noHtml : html`<caption>${caption}</caption>`}
<thead><tr>${head.map((name, n) => html`<th scope="col" class="${kind(n)}">${name}</th>`)}</tr></thead>
<tbody>${body}</tbody>
</table></div>`
}
