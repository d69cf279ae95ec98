// Metrics of candidate and champion by user activity and item popularity.
import * as Plot from '@observablehq/plot'
import { type HtmlPart, html } from '../../pages/html.ts'
import { formatCount } from '../../pages/numbers.ts'
import { note } from '../../pages/page.ts'
import { drawPlot, figure, legend, seriesScales } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import type { CandidateResult, Figures, RetrainingResult, Segment } from '../result.ts'
import { candidateName, roles } from './evaluated-models.ts'
import { formatSummary } from './figures-section.ts'

export function segmentsSection({ candidates }: RetrainingResult) {
  const evaluated = candidates.filter(({ figures }) => figures !== null)
  if (evaluated.length === 0) return []
  return [
    html`<h2>User activity and item popularity</h2>`,
    note(
      'Activity: thirds of the test users by the length of their history. Popularity: deciles of the items by the number of training ratings; the metrics count only targets in the decile, averaged over the users with such targets. Intervals are 95 % confidence intervals; for a single user, the whole range.',
    ),
    evaluated.map(candidateSegments),
  ]
}

function candidateSegments(candidate: CandidateResult): HtmlPart {
  const figures = candidate.figures!
  const champion = candidate.champion?.figures
  return [
    html`<h3>${candidateName(candidate)}${champion ? ` against version ${candidate.champion!.version}` : ''}</h3>`,
    segmentTable('User activity', figures.byActivity, champion?.byActivity),
    decilePlots(figures, champion),
    html`<details><summary>The values by item popularity</summary>${segmentTable('Item popularity', figures.byPopularity, champion?.byPopularity)}</details>`,
  ]
}

function decilePlots(candidate: Figures, champion: Figures | undefined): HtmlPart {
  if (!candidate.byPopularity.some(hasEnoughUsers)) return note(omittedDeciles(candidate))
  const plots = (['ndcg', 'recall'] as const).map((measure) =>
    plotDeciles(measure, pointsOf(measure, candidate, champion)),
  )
  const shown = champion ? roles.slice(0, 2) : roles.slice(0, 1)
  return figure(plots, [legend(shown), omittedDeciles(candidate)])
}

const measures = { recall: 'recall@20', ndcg: 'ndcg@100' } as const
type Measure = keyof typeof measures

function segmentTable(
  title: string,
  candidate: readonly Segment[],
  champion: readonly Segment[] | undefined,
): HtmlPart {
  const columns = (['ndcg', 'recall'] as const).flatMap((measure) =>
    champion
      ? [`${measures[measure]}, candidate`, `${measures[measure]}, champion`]
      : [`${measures[measure]}, candidate`],
  )
  return table(
    [title, 'Users', ...columns],
    candidate.map((segment) => {
      const other = champion?.find(({ name }) => name === segment.name)
      const pair = (measure: Measure) =>
        champion
          ? [formatSummary(segment[measure]), formatSummary(other?.[measure])]
          : [formatSummary(segment[measure])]
      return [segment.name, formatCount(segment.users), ...pair('ndcg'), ...pair('recall')]
    }),
  )
}

/** With fewer users, an interval says little and its width dominates the plot. */
const minUsers = 20

function hasEnoughUsers({ users }: Segment): boolean {
  return users >= minUsers
}

function omittedDeciles({ byPopularity }: Figures): HtmlPart {
  const omitted = byPopularity.filter((segment) => !hasEnoughUsers(segment)).map(decileOf)
  return omitted.length === 0
    ? ''
    : `Not drawn, because fewer than ${minUsers} users have targets in them: ${omitted.length === 1 ? 'decile' : 'deciles'} ${omitted.join(', ')}.`
}

function decileOf({ name }: Segment): string {
  return name.split(' ')[0]!
}

interface DecilePoint {
  readonly decile: string
  readonly series: string
  readonly mean: number
  readonly low: number
  readonly high: number
}

function pointsOf(measure: Measure, candidate: Figures, champion: Figures | undefined): DecilePoint[] {
  const points = (figures: Figures, series: string) =>
    figures.byPopularity.filter(hasEnoughUsers).map((segment) => ({
      decile: decileOf(segment),
      series,
      ...segment[measure],
    }))
  return [...points(candidate, 'candidate'), ...(champion ? points(champion, 'champion') : [])]
}

function plotDeciles(measure: Measure, points: readonly DecilePoint[]) {
  const offset = (series: string) => (series === 'candidate' ? -4 : 4)
  const marks = roles.slice(0, 2).flatMap((series) => {
    const seriesPoints = points.filter((point) => point.series === series)
    const at = { x: 'decile', dx: offset(series), stroke: 'series' } as const
    return [
      Plot.ruleX(seriesPoints, { ...at, y1: 'low', y2: 'high', strokeWidth: 1.5 }),
      Plot.dot(seriesPoints, {
        x: 'decile',
        dx: offset(series),
        y: 'mean',
        fill: 'series',
        symbol: 'series',
        r: 4,
      }),
    ]
  })
  return drawPlot(`${measures[measure]} by popularity decile`, {
    x: {
      label: 'Popularity decile, most rated first',
      labelAnchor: 'center',
      domain: Array.from({ length: 10 }, (_, n) => String(n + 1)),
    },
    y: { label: measures[measure], grid: true, ticks: 5, zero: true, nice: true },
    ...seriesScales(roles),
    marks: [...marks, Plot.ruleY([0])],
  })
}
