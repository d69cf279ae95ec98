// The comparison of models as an HTML page.
import * as Plot from '@observablehq/plot'
import { html } from '../../pages/html.ts'
import {
  formatCount,
  formatEstimate,
  formatFixed,
  formatInterval,
  formatShare,
  formatSigned,
  formatSignedShare,
} from '../../pages/numbers.ts'
import { note, renderPage, verdict } from '../../pages/page.ts'
import { drawPlot, figure, legend, seriesScales } from '../../pages/plot.ts'
import { table } from '../../pages/table.ts'
import type { ModelComparison } from './compare-models.ts'
import type { PairComparison } from './compare-pairs.ts'

/**
 * @param subtitle the data and the protocol, in a sentence
 * @param findings where models are worse than baselines, in sentences
 */
export function renderComparison(
  comparison: ModelComparison,
  subtitle: string,
  findings: readonly string[] = [],
): string {
  return renderPage('Models compared', [
    html`<h1>Models compared</h1>`,
    html`<p>${subtitle}</p>`,
    findings.map((finding) => verdict(`${finding}.`, { alarming: true })),
    note(comparisonNote),
    metricsTable(comparison),
    tradeOffs(comparison),
    pairs(comparison),
    segments(comparison),
    agreement(comparison),
  ])
}

export const comparisonNote =
  'Models that predict ratings (AutoRec, biases) are compared by RMSE if ratings are held out. All models are compared by ' +
  'how they rank the same items for the same users.'

function metricsTable({ models, users, primary }: ModelComparison) {
  const names = [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))]
  const seeds = models.some(({ seedStd }) => seedStd !== null)
  return [
    html`<h2>Metrics</h2>`,
    table(
      ['Model', ...names, ...(seeds ? [`${primary}, standard deviation over seeds`] : [])],
      models.map(({ name, metrics, seedStd }) => [
        name,
        ...names.map((metric) => formatEstimate(metrics[metric as keyof typeof metrics])),
        ...(seeds ? [formatFixed(seedStd, 4)] : []),
      ]),
    ),
    note(`Means over ${formatCount(users)} users, ± 95 % intervals.`),
  ]
}

function tradeOffs({ models, primary, listSize }: ModelComparison) {
  const names = models.map(({ name }) => name)
  const points = models.map((model) => ({ ...model, accuracy: model.metrics[primary]!.mean }))
  const plots = (['coverage', 'novelty', 'diversity'] as const).map((property) =>
    drawPlot(`${primary} against ${property}`, {
      width: 264,
      marginLeft: 50,
      marginTop: 30,
      marginRight: 20,
      inset: 18,
      x: { label: `${property}${property === 'novelty' ? ', bits' : ''}`, ticks: 4, nice: true },
      y: { label: primary, ticks: 5, grid: true, nice: true },
      ...seriesScales(names),
      marks: [Plot.dot(points, { x: property, y: 'accuracy', fill: 'name', symbol: 'name', r: 6 })],
    }),
  )
  return [
    html`<h2>Accuracy against coverage, novelty and diversity</h2>`,
    figure(plots, legend(names)),
    table(
      ['Model', primary, 'Coverage', 'Novelty, bits', 'Diversity', 'Popularity lift', 'Miscalibration, bits'],
      points.map(({ name, accuracy, coverage, novelty, diversity, popularityLift, miscalibration }) => [
        name,
        accuracy.toFixed(4),
        formatShare(coverage),
        novelty.toFixed(2),
        diversity.toFixed(3),
        formatSignedShare(popularityLift),
        miscalibration.toFixed(3),
      ]),
    ),
    note(
      `Of the first ${listSize} items of the lists. Coverage: the share of all items that appear in any list. Novelty: how few users know the items. Diversity: how rarely two items of a list have users in common. Popularity lift: how much more popular the list is than the user’s history. Miscalibration: how far its mixture of popular, medium and rare items is from the history’s.`,
    ),
  ]
}

function pairs({ pairs }: ModelComparison) {
  const metrics = [...new Set(pairs.map(({ metric }) => metric))]
  return [
    html`<h2>Pairs</h2>`,
    note(
      html`Mean difference over users with its 95 % bootstrap interval; p-values by the paired t-test and by the signed-rank test, each adjusted by Holm over all pairs; d is Cohen’s d<sub>z</sub>.`,
    ),
    metrics.map((metric) => [
      html`<h3>${metric}</h3>`,
      metric === 'rmse' ? note('Models that predict ratings. Less is better.') : [],
      pairsTable(pairs.filter((pair) => pair.metric === metric)),
    ]),
  ]
}

function pairsTable(pairs: readonly PairComparison[]) {
  return table(
    [
      'Pair',
      'Difference',
      '95 % interval',
      'Holm p (t)',
      'Holm p (ranks)',
      'd',
      'First better',
      'Second better',
    ],
    pairs.map((pair) => [
      `${pair.a} − ${pair.b}`,
      formatSigned(pair.difference),
      formatInterval(pair),
      pair.adjustedPValue.toPrecision(2),
      pair.adjustedRankPValue.toPrecision(2),
      formatSigned(pair.effectSize, 2),
      formatShare(pair.better),
      formatShare(pair.worse),
    ]),
  )
}

function segments({ segments, models, primary }: ModelComparison) {
  return [
    html`<h2>Segments by ${primary}</h2>`,
    table(
      ['Segment', 'Users', ...models.map(({ name }) => name)],
      segments.map(({ segment, users, values }) => [
        segment,
        formatCount(users),
        ...models.map(({ name }) => formatEstimate(values[name], 3)),
      ]),
    ),
  ]
}

function agreement({ agreement, listSize }: ModelComparison) {
  return [
    html`<h2>Agreement of lists</h2>`,
    table(
      ['Pair', `Shared of the first ${listSize}`, 'Rank-biased overlap'],
      agreement.map(({ a, b, overlap, rankBiasedOverlap }) => [
        `${a}, ${b}`,
        formatShare(overlap),
        rankBiasedOverlap.toFixed(3),
      ]),
    ),
  ]
}
