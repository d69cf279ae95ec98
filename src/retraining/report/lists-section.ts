// Beyond-accuracy metrics of the lists.
import { html } from '../../pages/html.ts'
import { formatFixed, formatShare, formatSignedShare } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { table } from '../../pages/table.ts'
import type { RetrainingResult } from '../result.ts'
import { evaluatedModels } from './evaluated-models.ts'

export function listsSection(result: RetrainingResult) {
  const models = evaluatedModels(result)
  if (models.length === 0) return []
  return [
    html`<h2>Coverage, novelty, diversity</h2>`,
    table(
      ['Model', 'Role', 'Coverage', 'Novelty, bits', 'Diversity', 'Popularity lift', 'Miscalibration, bits'],
      models.map(({ name, role, figures }) => [
        name,
        role,
        formatShare(figures.coverage),
        formatFixed(figures.novelty, 2),
        formatFixed(figures.diversity, 3),
        formatSignedShare(figures.popularityLift),
        formatFixed(figures.miscalibration, 3),
      ]),
      { textColumns: 2 },
    ),
    note(
      'Coverage: share of all items that appear in at least one list. Novelty: mean self-information of the listed items; rarely rated items count more. Diversity: mean dissimilarity of the items of a list, by the users who rated them. Popularity lift: how much more popular the list is than the user’s history. Miscalibration: divergence of the list’s mix of popular, medium and rare items from that of the history.',
    ),
  ]
}
