// The report of an experiment as a page: the verdict, the checks that it stands on, then the metrics.
import { html } from '../pages/html.ts'
import { formatCount, formatInterval, formatShare, formatSignedShare, unmeasured } from '../pages/numbers.ts'
import { note, renderPage, verdict as verdictBox } from '../pages/page.ts'
import { table } from '../pages/table.ts'
import { plotLiftOverTime } from './lift-plot.ts'
import type { ExperimentReport, MetricReport, TreatmentReport } from './report.ts'

export function renderReport(report: ExperimentReport): string {
  const { experiment, verdict, metrics } = report
  const alarming = ['untrusted', 'stop'].includes(verdict.decision)
  return renderPage(`${experiment.name}: ${verdict.decision}`, [
    html`<h1>${experiment.name}</h1>`,
    html`<p>${experiment.hypothesis}</p>`,
    verdictBox(verdict.text, { alarming }),
    checks(report),
    exposure(report),
    ...metrics.map((metric) => metricSection(metric, report)),
  ])
}

function checks({ flow }: ExperimentReport) {
  const { feedback, sampleRatio } = flow
  const split =
    sampleRatio && `${sampleRatio.alarm ? 'no' : 'yes'} (p = ${sampleRatio.pValue.toPrecision(2)})`
  return [
    html`<h2>Sanity checks</h2>`,
    table(
      ['Check', 'Result'],
      [
        ['Split of users as meant', split ?? 'does not apply'],
        ['Users who saw two variants', formatCount(flow.moved)],
        ['Lists served to testers, not counted', formatCount(flow.testerLists)],
        ['Feedback attributed', formatCount(feedback.attributed)],
        ['Feedback too late', formatCount(feedback.late)],
        ['Feedback of no list', formatCount(feedback.unmatched)],
        ['Feedback told again', formatCount(feedback.duplicates)],
      ],
    ),
  ]
}

function exposure({ experiment, flow }: ExperimentReport) {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const rows = Object.keys(flow.lists).map((name) => {
    const variant = experiment.variants.find((candidate) => candidate.name === name)
    const users = flow.users.reduce((sum, row) => sum + (row.variant === name ? row.users : 0), 0)
    return [
      name,
      variant?.model ?? experiment.variants.map(({ model }) => model).join(' + '),
      String(variant?.weight ?? ''),
      formatCount(flow.lists[name]!),
      formatCount(users),
    ]
  })
  const aa = experiment.aa ? '; an A/A test: whatever differs is chance' : ''
  return [
    html`<h2>Exposure</h2>`,
    table(['Variant', 'Model', 'Weight', 'Lists served', 'Users'], rows, { textColumns: 2 }),
    note(
      `From ${day(experiment.startedAt)} to ${day(experiment.asOf)}, day ${Math.ceil(experiment.daysRun)} of ${experiment.daysPlanned} planned${aa}.`,
    ),
  ]
}

function metricSection({ metric, role, variants, treatments }: MetricReport, report: ExperimentReport) {
  const better = metric.direction === 'up' ? 'more' : 'less'
  return [
    html`<h2>${metric.name} <span class="note">(${role}; ${better} is better)</span></h2>`,
    table(
      ['Variant', 'Users', 'Value a user', 'Standard error'],
      variants.map(({ variant, users, value, standardError }) => [
        variant,
        formatCount(users),
        value.toPrecision(4),
        standardError.toPrecision(2),
      ]),
    ),
    table(
      ['Treatment', 'Lift', 'Any-time interval', 'One-look interval', 'Holm p', 'Variance left', 'Power'],
      treatments.map(({ variant, comparison, adjustedPValue, varianceRatio, power }) => [
        variant,
        formatSignedShare(comparison.lift),
        formatInterval(comparison.sequential, formatSignedShare),
        formatInterval(comparison.fixed, formatSignedShare),
        adjustedPValue.toPrecision(2),
        formatShare(varianceRatio),
        formatShare(power),
      ]),
    ),
    plotLiftOverTime(treatments, report),
    role === 'primary' ? treatments.map(exploration) : [],
  ]
}

function exploration({ variant, byDay, segments }: TreatmentReport) {
  const error = (value: number) => (Number.isFinite(value) ? formatShare(value) : unmeasured)
  return [
    html`<h3>${variant} by segment and by day</h3>`,
    note(
      'Exploratory: found by looking, not by plan. A lift that fades from day to day is the charm of the new.',
    ),
    table(
      ['Segment', 'Users', 'Lift', '± standard error'],
      segments.map(({ segment, users, lift, liftError }) => [
        segment,
        formatCount(users),
        formatSignedShare(lift),
        error(liftError),
      ]),
    ),
    byDay.length === 0
      ? []
      : table(
          ['Day', 'Lift of the day', '± standard error'],
          byDay.map(({ day, lift, liftError }) => [
            String(day + 1),
            formatSignedShare(lift),
            error(liftError),
          ]),
        ),
  ]
}
