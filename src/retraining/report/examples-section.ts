// Some users before and after, to see what the figures mean.
import { type HtmlPart, html } from '../../pages/html.ts'
import { note } from '../../pages/page.ts'
import type { RetrainingResult, ShownItem, UserExample } from '../result.ts'

export function examplesSection({ examples }: RetrainingResult) {
  if (examples.length === 0) return []
  return [
    html`<h2>${examples.length} users before and after</h2>`,
    note(
      html`What champion and candidate show to some of the judging users, drawn at random. <b class="hit">✓</b> marks what the user did come to like, unknown to both.`,
    ),
    examples.map(example),
  ]
}

function example({ userId, model, history, before, after }: UserExample): HtmlPart {
  const fresh = new Set(before.map(({ itemId }) => itemId))
  return html`<section class="example">
<h3>User ${userId} <span class="note">by ${model}</span></h3>
<div class="panels">
${list('Rated last', history)}
${before.length === 0 ? [] : list('Before, by the champion', before)}
${list('After, by the candidate', after, (item) => before.length > 0 && !fresh.has(item.itemId))}
</div>
</section>`
}

function list(
  title: string,
  items: readonly ShownItem[],
  isNew: (item: ShownItem) => boolean = () => false,
): HtmlPart {
  const entries = items.map(
    (item) =>
      html`<li>${item.title ?? item.itemId}${item.isTarget ? html` <b class="hit">✓</b>` : ''}${isNew(item) ? html` <small>new</small>` : ''}</li>`,
  )
  return html`<div class="list"><h4>${title}</h4><ol>${entries}</ol></div>`
}
