// What the commands print about experiments.
import type { Experiment } from '../../src/experiments/experiment.ts'
import type { ExperimentReport, MetricReport } from '../../src/experiments/report.ts'
import { formatCount, formatSignedShare } from '../../src/pages/numbers.ts'
import { formatTable } from '../terminal/table.ts'

export function describeExperiments(experiments: readonly Experiment[]): string {
  if (experiments.length === 0) return 'There are no experiments yet.'
  const rows = experiments.map(({ definition, status, startedAt, stoppedAt }) => [
    definition.name,
    status,
    definition.variants.map(({ model, weight }) => `${model} ${weight}`).join(', '),
    dateOf(startedAt),
    dateOf(stoppedAt),
  ])
  return formatTable(['experiment', 'status', 'models and weights', 'started', 'stopped'], rows)
}

export function describeExperiment({ definition, status }: Experiment): string {
  return `"${definition.name}" is ${status === 'draft' ? 'a draft' : status}: ${definition.hypothesis}`
}

/** The report in a few lines: verdict, checks, and a table a metric. */
export function describeReport({ experiment, verdict, flow, metrics }: ExperimentReport): string {
  const { feedback, sampleRatio } = flow
  const lists = Object.entries(flow.lists).map(([variant, served]) => `${formatCount(served)} by ${variant}`)
  return [
    verdict.text,
    '',
    `${experiment.name}, day ${Math.ceil(experiment.daysRun)} of ${experiment.daysPlanned}: lists served ${lists.join(', ') || 'none'}`,
    sampleRatio === null
      ? 'Split: not checked'
      : `Split: ${sampleRatio.alarm ? 'WRONG' : 'as meant'} (p = ${sampleRatio.pValue.toPrecision(2)}); ${formatCount(flow.moved)} users saw two variants`,
    `Feedback: ${formatCount(feedback.attributed)} attributed, ${formatCount(feedback.late)} late, ${formatCount(feedback.unmatched)} of no list, ${formatCount(feedback.duplicates)} told again`,
    ...metrics.flatMap((metric) => ['', describeMetric(metric)]),
  ].join('\n')
}

function describeMetric({ metric, role, variants, treatments }: MetricReport): string {
  const rows = variants.map(({ variant, users, value, standardError }) => {
    const treatment =
      treatments.find((candidate) => candidate.variant === variant) ??
      treatments[variants.length === 1 ? 0 : -1]
    const comparison = treatment?.comparison
    return [
      variant,
      formatCount(users),
      users < 2 ? '–' : `${value.toPrecision(4)} ± ${standardError.toPrecision(2)}`,
      comparison ? formatSignedShare(comparison.lift) : '',
      comparison
        ? `${formatSignedShare(comparison.sequential.low)} … ${formatSignedShare(comparison.sequential.high)}`
        : '',
      treatment ? treatment.adjustedPValue.toPrecision(2) : '',
    ]
  })
  return formatTable(
    [`${metric.name} (${role})`, 'users', 'value', 'lift', 'any-time interval', 'Holm p'],
    rows,
  )
}

function dateOf(date: Date | null): string {
  return date?.toISOString().slice(0, 16).replace('T', ' ') ?? ''
}
