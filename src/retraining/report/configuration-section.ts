import { html } from '../../pages/html.ts'
import type { RetrainingResult } from '../result.ts'

/** All that the run was told to do, defaults included. */
export function configurationSection({ config }: RetrainingResult) {
  return [
    html`<h2>Configuration</h2>`,
    html`<details><summary>As it was checked at the start, with all defaults</summary>
<pre>${JSON.stringify(config, null, 2)}</pre></details>`,
  ]
}
