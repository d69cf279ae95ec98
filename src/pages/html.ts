// HTML as a value of its own, so that no text is ever taken for it.

/** A piece of HTML. */
export interface Html {
  readonly html: string
}

/** What may stand in a template: HTML as it is, anything else escaped. */
export type HtmlPart = Html | string | number | readonly HtmlPart[]

/** The tag of templates such as html`<h1>${title}</h1>`, whose text parts are escaped. */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { html: String.raw({ raw: literals }, ...parts.map(render)) }
}

/** Markup that a library has made. */
export function trustedHtml(markup: string): Html {
  return { html: markup }
}

/** Nothing. */
export const noHtml: Html = html``

function render(part: HtmlPart): string {
  if (typeof part === 'object') return 'html' in part ? part.html : part.map(render).join('\n')
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
