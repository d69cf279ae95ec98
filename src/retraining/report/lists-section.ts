// What lists are like besides being right.
import { html } from '../../pages/html.ts'
import { formatFixed, formatShare, formatSignedShare } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { table } from '../../pages/table.ts'
import type { RetrainingResult } from '../result.ts'
import { modelsJudged } from './evaluated-models.ts'

export function listsSection(result: RetrainingResult) {
  const models = modelsJudged(result)
  if (models.length === 0) return []
  return [
    html`<h2>Coverage, novelty, diversity</h2>`,
    table(
      ['Model', 'As', 'Coverage', 'Novelty, bits', 'Diversity', 'Popularity lift', 'Miscalibration, bits'],
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
      'Coverage: the share of all items that anybody is shown. Novelty: how few know what is shown. Diversity: how seldom two items of a list are known by the same people. Popularity lift: how much more popular than the user’s history the list is. Miscalibration: how far its mixture of popular, middling and rare items departs from the history’s.',
    ),
  ]
}
