import { type HtmlPart, html, trustedHtml } from './html.ts'
import { style } from './style.ts'

/** The Content-Security-Policy of such a document: it has its style, loads nothing and runs no scripts. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** A self-contained document without scripts or external resources. */
export function renderPage(title: string, body: HtmlPart): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trustedHtml(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.html
}

/** The main result, at the top of a page. */
export function verdict(sentence: string, { alarming = false } = {}) {
  return html`<p class="verdict${alarming ? ' alarm' : ''}">${sentence}</p>`
}

/** An explanation of a table or plot. */
export function note(text: HtmlPart) {
  return html`<p class="note">${text}</p>`
}
