// Experiments and their reports as text.
import type { Experiment } from '../../src/experiments/experiment.ts'
import type { ExperimentReport, MetricReport } from '../../src/experiments/report.ts'
import { formatCount, formatSignedShare } from '../../src/pages/numbers.ts'
import { formatTable } from '../terminal/table.ts'

export function formatExperiments(experiments: readonly Experiment[]): string {
  if (experiments.length === 0) return 'There are no experiments yet.'
  const rows = experiments.map(({ definition, status, startedAt, stoppedAt }) => [
    definition.name,
    status,
    definition.variants.map(({ model, weight }) => `${model} ${weight}`).join(', '),
    formatMinute(startedAt),
    formatMinute(stoppedAt),
  ])
  return formatTable(['experiment', 'status', 'models and weights', 'started', 'stopped'], rows)
}

export function formatExperiment({ definition, status }: Experiment): string {
  return `"${definition.name}" is ${status === 'draft' ? 'a draft' : status}: ${definition.hypothesis}`
}

/** The definition with all its defaults, and what to do next. */
export function formatCreated(experiment: Experiment): string {
  const { definition } = experiment
  return [
    formatExperiment(experiment),
    JSON.stringify(definition, null, 2),
    `It decides the lists of GET /recommend/:userId${definition.surface === undefined ? '' : `?surface=${definition.surface}`} once it runs: npm run experiment -- start ${definition.name}`,
  ].join('\n')
}

/** Verdict, checks, and a table per metric. */
export function formatReport({ experiment, verdict, flow, metrics }: ExperimentReport): string {
  const { feedback, sampleRatio } = flow
  const lists = Object.entries(flow.lists).map(([variant, served]) => `${formatCount(served)} by ${variant}`)
  return [
    verdict.text,
    '',
    `${experiment.name}, day ${Math.ceil(experiment.daysRun)} of ${experiment.daysPlanned}: lists served ${lists.join(', ') || 'none'}`,
    sampleRatio === null
      ? 'Split: not checked'
      : `Split: ${sampleRatio.alarm ? 'MISMATCH' : 'as configured'} (p = ${sampleRatio.pValue.toPrecision(2)}); ${formatCount(flow.moved)} users saw more than one variant`,
    `Feedback: ${formatCount(feedback.attributed)} attributed, ${formatCount(feedback.late)} late, ${formatCount(feedback.unmatched)} without a list, ${formatCount(feedback.duplicates)} duplicate`,
    ...metrics.flatMap((metric) => ['', formatMetric(metric)]),
  ].join('\n')
}

function formatMetric({ metric, role, variants, treatments }: MetricReport): string {
  const rows = variants.map(({ variant, users, value, standardError }) => {
    const treatment =
      treatments.find((candidate) => candidate.variant === variant) ??
      treatments[variants.length === 1 ? 0 : -1]
    const comparison = treatment?.comparison
    return [
      variant,
      formatCount(users),
      users < 2 ? '–' : `${value.toPrecision(4)} ± ${(1.96 * standardError).toPrecision(2)}`,
      comparison ? formatSignedShare(comparison.lift) : '',
      comparison
        ? `${formatSignedShare(comparison.sequential.low)} … ${formatSignedShare(comparison.sequential.high)}`
        : '',
      treatment ? treatment.adjustedPValue.toPrecision(2) : '',
    ]
  })
  return formatTable(
    [`${metric.name} (${role})`, 'users', 'value ± 95 %', 'lift', 'any-time interval', 'Holm p'],
    rows,
  )
}

function formatMinute(time: Date | null): string {
  return time?.toISOString().slice(0, 16).replace('T', ' ') ?? ''
}
