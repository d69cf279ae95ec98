import { type Html, type HtmlPart, html, noHtml } from './html.ts'

export interface TableOptions {
  readonly caption?: string
  /** How many columns hold text and stand to the left; the others hold figures and stand to the right. */
  readonly textColumns?: number
}

/** Rows as a table that scrolls sideways where a window is too narrow for it. */
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
  return html`<div class="table"><table>
${caption === undefined ? noHtml : html`<caption>${caption}</caption>`}
<thead><tr>${head.map((name, n) => html`<th scope="col" class="${kind(n)}">${name}</th>`)}</tr></thead>
<tbody>${body}</tbody>
</table></div>`
}
