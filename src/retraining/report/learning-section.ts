// Training of the candidates, epoch by epoch.
import { plotCurve } from '../../pages/curve.ts'
import { type HtmlPart, html } from '../../pages/html.ts'
import { formatFixed, formatSeconds } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { figure } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import { explainFound } from '../../tuning/automatic-search.ts'
import type { CandidateResult, RetrainingResult, TrainedVariant } from '../result.ts'
import { candidateName } from './evaluated-models.ts'

export function learningSection({ candidates }: RetrainingResult) {
  const trained = candidates.filter(({ training }) => training !== null)
  if (trained.length === 0) return []
  return [
    html`<h2>Training</h2>`,
    table(
      ['Candidate', 'Started from', 'Epochs', 'Best epoch', 'Time'],
      trained.map((candidate) => {
        const { warmFrom, epochs, bestEpoch, seconds } = candidate.training!
        const from = warmFrom === null ? 'random weights' : `version ${warmFrom}`
        return [candidateName(candidate), from, epochs, bestEpoch, formatSeconds(seconds)]
      }),
      { textColumns: 2 },
    ),
    trained.flatMap(whyCold),
    trained.flatMap(whatWasFound),
    trained.flatMap(shares),
    trained.filter(({ training }) => training!.curve.length > 1).map(curves),
    note('The dashed line marks the epoch whose weights are kept.'),
  ]
}

function whyCold(candidate: CandidateResult): HtmlPart[] {
  const reason = candidate.training!.coldReason
  return reason === null ? [] : [note(`${candidateName(candidate)} started from random weights: ${reason}.`)]
}

function whatWasFound(candidate: CandidateResult): HtmlPart[] {
  const { search } = candidate.training!
  return search ? [note(`${candidateName(candidate)}: ${explainFound(search)}.`)] : []
}

/** How much the validation metric depends on the shares of a blend. */
function shares(candidate: CandidateResult): HtmlPart[] {
  const chosen = candidate.training!.chosenShares
  if (!chosen) return []
  const value = (metric: number | null) => (metric === null ? '' : formatFixed(metric, 4))
  return [
    note(
      `Shares of ${candidateName(candidate)}, with ${chosen.metric} ${value(chosen.value)} on the validation users. The last two columns: the same with a share that is lower or higher by 0.1, and the others in proportion.`,
    ),
    table(
      ['Part', 'Share', '−0.1', '+0.1'],
      chosen.parts.map(({ model, share, less, more }) => [
        model,
        formatFixed(share, 2),
        value(less),
        value(more),
      ]),
      { textColumns: 1 },
    ),
  ]
}

function curves(candidate: CandidateResult): HtmlPart {
  const { curve, bestEpoch } = candidate.training!
  const validated = curve.flatMap(({ epoch, validation }) =>
    validation ? [{ epoch, value: validation.value, metric: validation.metric }] : [],
  )
  const losses = curve.map(({ epoch, loss }) => ({ epoch, value: loss }))
  return figure(
    [
      ...(validated.length > 0
        ? [plotCurve(`validation ${validated[0]!.metric}`, validated, bestEpoch)]
        : []),
      plotCurve('training loss', losses, bestEpoch),
    ],
    `${candidateName(candidate)}: ${formatBest(candidate.training!)}`,
  )
}

function formatBest({ curve, bestEpoch }: TrainedVariant): string {
  const validation = curve.find(({ epoch }) => epoch === bestEpoch)?.validation
  return validation
    ? `${validation.metric} ${formatFixed(validation.value, 4)} on the validation users after epoch ${bestEpoch}`
    : `epoch ${bestEpoch} is kept`
}
