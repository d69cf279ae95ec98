// For whom, and of which items, candidate and champion are good.
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
  const judged = candidates.filter(({ figures }) => figures !== null)
  if (judged.length === 0) return []
  return [
    html`<h2>By activity and by popularity</h2>`,
    note(
      'Activity: thirds of the judging users by the length of their history. Popularity: tenths of the items by training ratings; each judges how well those of their users’ targets are found, over the users who have such targets. With 95 % intervals; of a single user that is all that could be.',
    ),
    judged.map(candidateSegments),
  ]
}

function candidateSegments(candidate: CandidateResult): HtmlPart {
  const figures = candidate.figures!
  const champion = candidate.champion?.figures
  const plots = (['ndcg', 'recall'] as const).map((measure) =>
    plotDeciles(measure, pointsOf(measure, figures, champion)),
  )
  const shown = champion ? roles.slice(0, 2) : roles.slice(0, 1)
  return [
    html`<h3>${candidateName(candidate)}${champion ? ` against version ${candidate.champion!.version}` : ''}</h3>`,
    segmentTable('User activity', figures.byActivity, champion?.byActivity),
    figure(plots, legend(shown)),
    html`<details><summary>The figures of these plots</summary>${segmentTable('Item popularity', figures.byPopularity, champion?.byPopularity)}</details>`,
  ]
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

interface DecilePoint {
  readonly decile: string
  readonly series: string
  readonly mean: number
  readonly low: number
  readonly high: number
}

function pointsOf(measure: Measure, candidate: Figures, champion: Figures | undefined): DecilePoint[] {
  const points = (figures: Figures, series: string) =>
    figures.byPopularity.map((segment) => ({
      decile: segment.name.split(' ')[0]!,
      series,
      ...segment[measure],
    }))
  return [...points(candidate, 'candidate'), ...(champion ? points(champion, 'champion') : [])]
}

function plotDeciles(measure: Measure, points: readonly DecilePoint[]) {
  const beside = (series: string) => (series === 'candidate' ? -4 : 4)
  const marks = roles.slice(0, 2).flatMap((series) => {
    const own = points.filter((point) => point.series === series)
    const at = { x: 'decile', dx: beside(series), stroke: 'series' } as const
    return [
      Plot.ruleX(own, { ...at, y1: 'low', y2: 'high', strokeWidth: 1.5 }),
      Plot.dot(own, { x: 'decile', dx: beside(series), y: 'mean', fill: 'series', symbol: 'series', r: 4 }),
    ]
  })
  return drawPlot(`${measures[measure]} by popularity decile`, {
    x: {
      label: 'Decile of items, the most rated first',
      labelAnchor: 'center',
      domain: Array.from({ length: 10 }, (_, n) => String(n + 1)),
    },
    y: { label: measures[measure], grid: true, ticks: 5, zero: true, nice: true },
    ...seriesScales(roles),
    marks: [...marks, Plot.ruleY([0])],
  })
}
