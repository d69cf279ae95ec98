import { type HtmlPart, html, trustedHtml } from './html.ts'
import { style } from './style.ts'

/** A document that needs nothing else: no script, no font, no picture from elsewhere. */
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

/** The sentence that a reader takes away, at the top of a page. */
export function verdict(sentence: string, { alarming = false } = {}) {
  return html`<p class="verdict${alarming ? ' alarm' : ''}">${sentence}</p>`
}

/** What a reader must know to read what stands beside it. */
export function note(text: HtmlPart) {
  return html`<p class="note">${text}</p>`
}
