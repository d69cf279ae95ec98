// The report of an experiment as a page: the verdict, the sanity checks, then the metrics.
import { sum } from 'd3-array'
import { type HtmlPart, html } from '../pages/html.ts'
import { formatCount, formatInterval, formatShare, formatSignedShare, unmeasured } from '../pages/numbers.ts'
import { note, renderPage, verdict as verdictBox } from '../pages/page.ts'
import { table } from '../pages/table.ts'
import { plotLiftOverTime } from './lift-plot.ts'
import type { ExperimentReport, MetricReport, TreatmentReport } from './report.ts'

export function renderReport(report: ExperimentReport): string {
  const { experiment, verdict } = report
  return renderPage(`${experiment.name}: ${verdict.decision}`, [
    html`<h1>${experiment.name}</h1>`,
    html`<p>${experiment.hypothesis}</p>`,
    ...reportSections(report),
  ])
}

/** All results, for a page that names the experiment. */
export function reportSections(report: ExperimentReport): HtmlPart[] {
  const { verdict, metrics } = report
  const alarming = ['untrusted', 'stop'].includes(verdict.decision)
  return [
    verdictBox(verdict.text, { alarming }),
    checks(report),
    exposure(report),
    ...metrics.map((metric) => metricSection(metric, report)),
  ]
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
        ['Users split as configured', split ?? 'not applicable'],
        ['Users who saw two variants', formatCount(flow.moved)],
        ['Lists served to testers, not counted', formatCount(flow.testerLists)],
        ['Feedback attributed', formatCount(feedback.attributed)],
        ['Feedback after the attribution window', formatCount(feedback.late)],
        ['Feedback without a list', formatCount(feedback.unmatched)],
        ['Duplicate feedback', formatCount(feedback.duplicates)],
      ],
    ),
  ]
}

function exposure({ experiment, flow }: ExperimentReport) {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const rows = Object.keys(flow.lists).map((name) => {
    const variant = experiment.variants.find((candidate) => candidate.name === name)
    const users = sum(flow.users, (row) => (row.variant === name ? row.users : 0))
    return [
      name,
      variant?.model ?? experiment.variants.map(({ model }) => model).join(' + '),
      String(variant?.weight ?? ''),
      formatCount(flow.lists[name]!),
      formatCount(users),
    ]
  })
  const aa = experiment.aa ? '; an A/A test: any difference is due to chance' : ''
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
      ['Variant', 'Users', 'Mean per user', 'Standard error'],
      variants.map(({ variant, users, value, standardError }) => [
        variant,
        formatCount(users),
        value.toPrecision(4),
        standardError.toPrecision(2),
      ]),
    ),
    table(
      [
        'Treatment',
        'Lift',
        'Confidence sequence',
        'Fixed-horizon interval',
        'Holm p',
        'Variance after CUPED',
        'Power',
      ],
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
  const halfInterval = (standardError: number) =>
    Number.isFinite(standardError) ? formatShare(1.96 * standardError) : unmeasured
  return [
    html`<h3>${variant} by segment and by day</h3>`,
    note(
      'Exploratory, not corrected for multiple comparisons. A lift that decreases from day to day suggests a novelty effect.',
    ),
    table(
      ['Segment', 'Users', 'Lift', '± 95 % interval'],
      segments.map(({ segment, users, lift, liftError }) => [
        segment,
        formatCount(users),
        formatSignedShare(lift),
        halfInterval(liftError),
      ]),
    ),
    byDay.length === 0
      ? []
      : table(
          ['Day', 'Daily lift', '± 95 % interval'],
          byDay.map(({ day, lift, liftError }) => [
            String(day + 1),
            formatSignedShare(lift),
            halfInterval(liftError),
          ]),
        ),
  ]
}
