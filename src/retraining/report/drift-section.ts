// The new ratings, and how they differ from the earlier ones.
import * as Plot from '@observablehq/plot'
import { sum } from 'd3-array'
import { type HtmlPart, html } from '../../pages/html.ts'
import { formatCount, formatFixed, formatShare, formatSignedShare } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { drawPlot, figure, legend, seriesScales } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import { shiftedPsi, stablePsi } from '../../statistics/population-stability-index.ts'
import type { Change, Drift, Snapshot } from '../data/snapshot.ts'
import type { RetrainingResult } from '../result.ts'

export function driftSection({ snapshot }: RetrainingResult): HtmlPart {
  const { drift } = snapshot
  return [
    html`<h2>Data</h2>`,
    drift === null
      ? note('This is the first run; there are no earlier ratings to compare with.')
      : changes(drift),
    figure(
      [plotDays(snapshot), ...(drift ? [plotValues(snapshot, drift), plotPopularity(drift)] : [])],
      drift ? legend(times) : [],
    ),
  ]
}

export const times = ['before', 'since'] as const

function changes(drift: Drift): HtmlPart {
  const { since, previousInstant } = drift
  return [
    table(
      ['', 'Previous run', 'This run', 'Change'],
      [
        ['Users', ...changeOf(drift.users)],
        ['Items', ...changeOf(drift.items)],
        ['Ratings', ...changeOf(drift.ratings)],
        ['Ratings per day', ...changeOf(drift.ratingsPerDay)],
      ],
    ),
    table(
      [`Since ${previousInstant.slice(0, 10)}`, 'Value', 'Interpretation'],
      [
        ['Ratings', formatCount(since.ratings), `by ${formatCount(since.users)} users`],
        ['New users', formatCount(since.newUsers), ''],
        ['New items', formatCount(since.newItems), ''],
        ['Shift of rating values, PSI', formatFixed(drift.valuesPsi, 3), interpretPsi(drift.valuesPsi)],
        ['Shift of popularity, PSI', formatFixed(drift.popularityPsi, 3), interpretPsi(drift.popularityPsi)],
        [
          'Correlation with earlier item means',
          formatFixed(since.agreement, 2),
          'near 0, the ratings are unrelated to the items',
        ],
        ['From the most active 1 % of users', formatShare(since.shareOfMostActive), 'of the new ratings'],
      ],
      { textColumns: 3 },
    ),
    note(
      'PSI, the population stability index: Σ (since − before) ln(since / before) over rating values or popularity deciles. Below 0.1 is stable, above 0.25 is a shift.',
    ),
  ]
}

function changeOf({ before, after }: Change): string[] {
  const figure = (value: number) => (Number.isInteger(value) ? formatCount(value) : formatFixed(value, 1))
  return [figure(before), figure(after), formatSignedShare(before === 0 ? Number.NaN : after / before - 1)]
}

export function interpretPsi(psi: number): string {
  if (psi < stablePsi) return 'stable'
  return psi > shiftedPsi ? 'a shift' : 'a moderate change'
}

function plotDays({ byDay }: Snapshot) {
  const days = byDay.map(({ day, ratings }) => ({ day: new Date(`${day}T00:00:00Z`), ratings }))
  return drawPlot('Ratings per day', {
    height: 200,
    x: { label: null, type: 'utc', ticks: 4 },
    y: { label: 'Ratings per day', grid: true, ticks: 4 },
    marks: [
      Plot.rectY(days, { x: 'day', y: 'ratings', interval: 'day', fill: 'var(--series-1)' }),
      Plot.ruleY([0]),
    ],
  })
}

interface SharePoint {
  readonly at: string
  readonly time: (typeof times)[number]
  readonly share: number
}

export function plotValues({ values }: Snapshot, { since }: Drift) {
  const earlier = values.map(({ value, ratings }) => ({
    value,
    ratings: ratings - (since.values.find((other) => other.value === value)?.ratings ?? 0),
  }))
  const points = [
    ...sharesOf(
      earlier.map(({ ratings }) => ratings),
      'before',
    ),
    ...sharesOf(
      earlier.map(({ value }) => since.values.find((other) => other.value === value)?.ratings ?? 0),
      'since',
    ),
  ].map(({ place, ...point }) => ({ ...point, at: String(earlier[place]!.value) }))
  return plotShares(
    'Rating',
    points,
    earlier.map(({ value }) => String(value)),
  )
}

export function plotPopularity({ popularity }: Drift) {
  const points = times
    .flatMap((time) => sharesOf(popularity[time], time))
    .map(({ place, ...point }) => ({ ...point, at: String(place + 1) }))
  return plotShares(
    'Popularity decile, the most popular first',
    points,
    popularity.before.map((_, n) => String(n + 1)),
  )
}

function sharesOf(counts: readonly number[], time: SharePoint['time']) {
  const total = sum(counts)
  return counts.map((count, place) => ({ place, time, share: total === 0 ? 0 : (100 * count) / total }))
}

function plotShares(label: string, points: readonly SharePoint[], domain: readonly string[]) {
  return drawPlot(`Ratings by ${label.toLowerCase()}`, {
    height: 200,
    x: { label, labelAnchor: 'center', domain },
    y: { label: 'Share of ratings, %', grid: true, ticks: 4, zero: true },
    ...seriesScales(times),
    marks: [
      Plot.lineY(points, { x: 'at', y: 'share', z: 'time', stroke: 'time', strokeOpacity: 0.5 }),
      Plot.dot(points, { x: 'at', y: 'share', fill: 'time', symbol: 'time', r: 4 }),
      Plot.ruleY([0]),
    ],
  })
}
