// The lists of some test users, for a look beyond the metrics.
import { type HtmlPart, html } from '../../pages/html.ts'
import { note } from '../../pages/page.ts'
import type { RetrainingResult, ShownItem, UserExample } from '../result.ts'

export function examplesSection({ examples }: RetrainingResult) {
  if (examples.length === 0) return []
  return [
    html`<h2>Lists of ${examples.length} users</h2>`,
    note(
      html`Lists of randomly drawn test users by champion and candidate. <b class="hit">✓</b> marks a target: an item that the user rated later; neither model was trained on this rating.`,
    ),
    examples.map(example),
  ]
}

function example({ userId, model, history, before, after }: UserExample): HtmlPart {
  const champion = new Set(before.map(({ itemId }) => itemId))
  return html`<section class="example">
<h3>User ${userId} <span class="note">by ${model}</span></h3>
<div class="panels">
${list('Last rated', history)}
${before.length === 0 ? [] : list('Champion', before)}
${list('Candidate', after, (item) => before.length > 0 && !champion.has(item.itemId))}
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
