// The decision on each candidate with its reasons, and the data checks.
import { html } from '../../pages/html.ts'
import { formatCount, formatFixed, formatInterval, formatSigned, unmeasured } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { table } from '../../pages/table.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import { explainRefusal } from '../data/refused-batches.ts'
import type { CandidateResult, Comparison, Guardrail, RefitResult, RetrainingResult } from '../result.ts'
import { candidateName } from './evaluated-models.ts'

export function decisionSections(result: RetrainingResult) {
  const { candidates, checks, config } = result
  return [
    candidates.length === 0
      ? []
      : [
          html`<h2>Decisions</h2>`,
          table(['Candidate', 'Decision', 'Reason'], candidates.map(decision), { textColumns: 3 }),
          comparisons(candidates, config.confidence),
          guardrails(candidates),
          refits(candidates),
        ],
    html`<h2>Data checks</h2>`,
    table(
      ['Check', 'Passed', 'Result'],
      checks.map(({ name, passed, finding }) => [name, passed ? 'yes' : 'no', finding]),
      { textColumns: 3 },
    ),
    refusedBatches(result),
  ]
}

function refusedBatches({ refusedBatches: batches = [] }: RetrainingResult) {
  if (batches.length === 0) return []
  return [
    html`<h3>Refused batches</h3>`,
    table(
      ['Batch', 'Source', 'Ratings', 'State'],
      batches.map(({ id, source, day, ratings, isQuarantined }) => [
        String(id),
        day === null ? source : `${source} ${day}`,
        formatCount(ratings),
        isQuarantined ? 'quarantined' : 'active',
      ]),
      { textColumns: 2 },
    ),
    note(explainRefusal(batches).join(' ')),
  ]
}

function decision(candidate: CandidateResult) {
  const { promoted, gate, error } = candidate
  if (error !== null) return [candidateName(candidate), 'failed', error]
  const decided = promoted ? 'promoted' : gate?.passed ? 'passed, not promoted' : 'rejected'
  return [candidateName(candidate), decided, gate?.reason ?? unmeasured]
}

function comparisons(candidates: readonly CandidateResult[], confidence: number) {
  const compared = candidates.flatMap((candidate) =>
    candidate.gate?.comparison ? [comparisonRow(candidate, candidate.gate.comparison)] : [],
  )
  if (compared.length === 0) return []
  const percent = Number((100 * confidence).toFixed(1))
  return [
    html`<h3>Comparison with the champions</h3>`,
    table(
      [
        'Candidate',
        'Metric',
        'Candidate',
        'Champion',
        'Difference',
        `${percent} % interval`,
        'Margin',
        'Passed',
      ],
      compared,
      { textColumns: 2 },
    ),
    note(
      'Paired bootstrap on the same users. A candidate passes if the lower end of the interval is at least −margin.',
    ),
  ]
}

function comparisonRow(candidate: CandidateResult, comparison: Comparison) {
  return [
    candidateName(candidate),
    comparison.metric,
    formatFixed(comparison.candidate, 4),
    formatFixed(comparison.champion, 4),
    formatSigned(comparison.difference),
    formatInterval(comparison),
    formatFixed(comparison.margin, 4),
    comparison.passed ? 'yes' : 'no',
  ]
}

function guardrails(candidates: readonly CandidateResult[]) {
  const rows = candidates.flatMap((candidate) =>
    (candidate.gate?.guardrails ?? []).map((guardrail) => guardrailRow(candidate, guardrail)),
  )
  if (rows.length === 0) return []
  return [
    html`<h3>Guardrails</h3>`,
    table(['Candidate', 'Guardrail', 'Passed', 'Result'], rows, { textColumns: 4 }),
  ]
}

function refits(candidates: readonly CandidateResult[]) {
  const rows = candidates.flatMap((candidate) =>
    candidate.refit ? refitRows(candidate, candidate.refit) : [],
  )
  if (rows.length === 0) return []
  return [
    html`<h3>Refit on all ratings</h3>`,
    table(['Candidate', 'Refit', 'Check', 'Passed', 'Result'], rows, { textColumns: 5 }),
    note(
      'The metrics of this report are those of the candidates. A promoted candidate is trained again on all ratings, for as many epochs, and this refit serves requests; if the refit fails its checks, the candidate itself serves them.',
    ),
  ]
}

function refitRows(candidate: CandidateResult, { version, checks, error }: RefitResult) {
  const name = candidateName(candidate)
  if (version === null) return [[name, 'failed', 'training', 'no', error ?? unmeasured]]
  const refit = formatVersionName({ model: candidate.model, version })
  return checks.map(({ name: check, passed, finding }) => [
    name,
    refit,
    check,
    passed ? 'yes' : 'no',
    finding,
  ])
}

function guardrailRow(candidate: CandidateResult, { name, passed, finding }: Guardrail) {
  return [candidateName(candidate), name, passed ? 'yes' : 'no', finding]
}
