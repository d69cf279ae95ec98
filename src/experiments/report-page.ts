// The report of an experiment as a page: the verdict, the checks that it stands on, then the metrics.
import * as Plot from '@observablehq/plot'
import { drawPlot, escapeHtml, htmlTable, page, palette } from './charts.ts'
import type { ExperimentReport, MetricReport, TreatmentReport } from './report.ts'
import { percent } from './verdict.ts'

export function renderReport(report: ExperimentReport): string {
  const { experiment, verdict, metrics } = report
  const alarming = ['untrusted', 'stop'].includes(verdict.decision)
  const body = [
    `<h1>${escapeHtml(experiment.name)}</h1>`,
    `<p>${escapeHtml(experiment.hypothesis)}</p>`,
    `<p class="verdict${alarming ? ' alarm' : ''}">${escapeHtml(verdict.text)}</p>`,
    checks(report),
    ...metrics.map((metric) => metricSection(metric, report)),
  ]
  return page(`${experiment.name}: ${verdict.decision}`, body.join('\n'))
}

function checks({ experiment, flow }: ExperimentReport): string {
  const { feedback, sampleRatio } = flow
  const day = (date: Date) => date.toISOString().slice(0, 10)
  return [
    '<h2>Sanity checks</h2>',
    htmlTable(
      ['Check', 'Result'],
      [
        [
          'Split of users as meant',
          sampleRatio === null
            ? 'does not apply'
            : `${sampleRatio.alarm ? 'no' : 'yes'} (p = ${sampleRatio.pValue.toPrecision(2)})`,
        ],
        ['Users who saw two variants', count(flow.moved)],
        ['Lists served to testers, not counted', count(flow.testerLists)],
        ['Feedback attributed', count(feedback.attributed)],
        ['Feedback too late', count(feedback.late)],
        ['Feedback of no list', count(feedback.unmatched)],
        ['Feedback told again', count(feedback.duplicates)],
      ],
    ),
    '<h2>Exposure</h2>',
    htmlTable(
      ['Variant', 'Model', 'Weight', 'Lists served', 'Users'],
      Object.keys(flow.lists).map((name) => {
        const variant = experiment.variants.find((candidate) => candidate.name === name)
        const users = flow.users.reduce((sum, row) => sum + (row.variant === name ? row.users : 0), 0)
        return [
          name,
          variant?.model ?? experiment.variants.map(({ model }) => model).join(' + '),
          String(variant?.weight ?? ''),
          count(flow.lists[name]!),
          count(users),
        ]
      }),
    ),
    `<p class="note">From ${day(experiment.startedAt)} to ${day(experiment.asOf)}, day ${Math.ceil(experiment.daysRun)} of ${experiment.daysPlanned} planned${experiment.aa ? '; an A/A test: whatever differs is chance' : ''}.</p>`,
  ].join('\n')
}

function metricSection(metric: MetricReport, report: ExperimentReport): string {
  const { variants, treatments, role } = metric
  const rows = variants.map(({ variant, users, value, standardError }) => [
    variant,
    count(users),
    value.toPrecision(4),
    standardError.toPrecision(2),
  ])
  return [
    `<h2>${escapeHtml(metric.metric.name)} <span class="note">(${role}; ${metric.metric.direction === 'up' ? 'more' : 'less'} is better)</span></h2>`,
    htmlTable(['Variant', 'Users', 'Value a user', 'Standard error'], rows),
    htmlTable(
      ['Treatment', 'Lift', 'Any-time interval', 'One-look interval', 'Holm p', 'Variance left', 'Power'],
      treatments.map(({ variant, comparison, adjustedPValue, varianceRatio, power }) => [
        variant,
        percent(comparison.lift),
        `${percent(comparison.sequential.low)} … ${percent(comparison.sequential.high)}`,
        `${percent(comparison.fixed.low)} … ${percent(comparison.fixed.high)}`,
        adjustedPValue.toPrecision(2),
        share(varianceRatio),
        share(power),
      ]),
    ),
    overTime(treatments, report),
    role === 'primary' ? exploration(treatments) : '',
  ].join('\n')
}

function overTime(treatments: readonly TreatmentReport[], { experiment }: ExperimentReport): string {
  const drawn = treatments.flatMap(({ variant, overTime }) =>
    overTime
      .filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high))
      .map((at) => ({
        variant,
        day: at.day + 1,
        lift: 100 * at.lift,
        low: 100 * at.low,
        high: 100 * at.high,
      })),
  )
  if (drawn.length === 0) return ''
  // The first days are so uncertain that they would flatten all others.
  const widest = Math.max(
    ...drawn.slice(-treatments.length).map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))),
  )
  const bound = Math.min(
    Math.max(...drawn.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high)))),
    4 * widest,
  )
  const detectable = 100 * experiment.minimumDetectableEffect
  const svg = drawPlot({
    x: { label: 'Day', tickFormat: 'd', ticks: Math.min(14, Math.max(...drawn.map(({ day }) => day))) },
    y: {
      label: experiment.mode === 'interleaving' ? 'Preference, %' : 'Lift, %',
      grid: true,
      domain: [-bound, bound],
      clamp: true,
    },
    color: { domain: treatments.map(({ variant }) => variant), range: palette, legend: false },
    marks: [
      Plot.areaY(drawn, { x: 'day', y1: 'low', y2: 'high', fill: 'variant', fillOpacity: 0.2 }),
      Plot.lineY(drawn, { x: 'day', y: 'lift', stroke: 'variant', strokeWidth: 2 }),
      Plot.dot(drawn, { x: 'day', y: 'lift', fill: 'variant', r: 3 }),
      Plot.text(
        drawn,
        Plot.selectLast({
          x: 'day',
          y: 'lift',
          z: 'variant',
          text: 'variant',
          textAnchor: 'end',
          dy: -10,
          fontWeight: 'bold',
        }),
      ),
      Plot.ruleY([0]),
      Plot.ruleY(
        [-detectable, detectable].filter((value) => Math.abs(value) < bound),
        { strokeDasharray: '4 4', stroke: '#888' },
      ),
    ],
  })
  return `<figure>${svg}<figcaption class="note">Lift since the start at the end of each day, with its confidence sequence: the band holds the truth on all days together with ${Number((100 * experiment.confidence).toFixed(1))} % certainty. Dashed: the smallest effect worth finding.</figcaption></figure>`
}

function exploration(treatments: readonly TreatmentReport[]): string {
  return treatments
    .map(({ variant, byDay, segments }) =>
      [
        `<h3>${escapeHtml(variant)} by segment and by day</h3>`,
        '<p class="note">Exploratory: found by looking, not by plan. A lift that fades from day to day is the charm of the new.</p>',
        htmlTable(
          ['Segment', 'Users', 'Lift', '± standard error'],
          segments.map(({ segment, users, lift, liftError }) => [
            segment,
            count(users),
            percent(lift),
            share(liftError),
          ]),
        ),
        byDay.length === 0
          ? ''
          : htmlTable(
              ['Day', 'Lift of the day', '± standard error'],
              byDay.map(({ day, lift, liftError }) => [String(day + 1), percent(lift), share(liftError)]),
            ),
      ].join('\n'),
    )
    .join('\n')
}

function share(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '–'
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
