// The comparison of models as a page.
import * as Plot from '@observablehq/plot'
import { drawPlot, escapeHtml, htmlTable, page, palette } from '../charts.ts'
import type { ModelComparison } from './compare-models.ts'

/** @param subtitle what was judged, in a sentence */
export function renderComparison(comparison: ModelComparison, subtitle: string): string {
  const body = [
    '<h1>Models compared</h1>',
    `<p>${escapeHtml(subtitle)}</p>`,
    `<p class="note">${escapeHtml(howJudged)}</p>`,
    figures(comparison),
    tradeOffs(comparison),
    pairs(comparison),
    segments(comparison),
    agreement(comparison),
  ]
  return page('Models compared', body.join('\n'))
}

export const howJudged =
  'Each model is judged by its own measure and by the common one: models that foretell ratings (the AutoRecs, biases) ' +
  'by RMSE where ratings are held out, models that rank (Mult-VAE and the others) by ranking alone, and all of them ' +
  'by how they rank the same items for the same users.'

function figures({ models, users, primary }: ModelComparison): string {
  const names = [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))]
  const seeds = models.some(({ seedDeviation }) => seedDeviation !== null)
  return [
    '<h2>Figures</h2>',
    htmlTable(
      ['Model', ...names, ...(seeds ? [`${primary} over seeds ±`] : [])],
      models.map(({ name, metrics, seedDeviation }) => [
        name,
        ...names.map((metric) => {
          const estimate = metrics[metric as keyof typeof metrics]
          return estimate
            ? `${estimate.mean.toFixed(4)} ± ${(1.96 * estimate.standardError).toFixed(4)}`
            : '–'
        }),
        ...(seeds ? [seedDeviation?.toFixed(4) ?? '–'] : []),
      ]),
    ),
    `<p class="note">Means over ${users.toLocaleString('en-US')} users with 95 % intervals.</p>`,
  ].join('\n')
}

function tradeOffs({ models, primary, listSize }: ModelComparison): string {
  const goods = ['coverage', 'novelty', 'diversity'] as const
  const points = models.map((model) => ({ ...model, accuracy: model.metrics[primary]!.mean }))
  const plots = goods.map((good) =>
    drawPlot({
      width: 270,
      height: 240,
      marginLeft: 50,
      marginTop: 30,
      marginRight: 20,
      inset: 18,
      x: { label: `${good}${good === 'novelty' ? ', bits' : ''}`, ticks: 4, nice: true },
      y: { label: primary, ticks: 5, grid: true, nice: true },
      color: { domain: models.map(({ name }) => name), range: palette },
      symbol: { domain: models.map(({ name }) => name) },
      marks: [Plot.dot(points, { x: good, y: 'accuracy', fill: 'name', symbol: 'name', r: 6 })],
    }),
  )
  return [
    `<h2>Accuracy against coverage, novelty and diversity</h2>`,
    `<figure><div class="row">${plots.join('')}</div><figcaption>${legend(models.map(({ name }) => name))}</figcaption></figure>`,
    htmlTable(
      ['Model', primary, 'Coverage', 'Novelty, bits', 'Diversity', 'Popularity lift', 'Miscalibration, bits'],
      points.map(({ name, accuracy, coverage, novelty, diversity, popularityLift, miscalibration }) => [
        name,
        accuracy.toFixed(4),
        percent(coverage),
        novelty.toFixed(2),
        diversity.toFixed(3),
        percent(popularityLift),
        miscalibration.toFixed(3),
      ]),
    ),
    `<p class="note">Of the first ${listSize} items. Coverage: the share of all items that anybody is shown. Novelty: how few know what is shown. Diversity: how seldom two items of a list are known by the same people. Popularity lift: how much more popular than the user’s history the list is. Miscalibration: how far its mixture of popular, middling and rare items departs from the history’s.</p>`,
  ].join('\n')
}

/** One shape and one colour a model, as in the plots: shapes carry the meaning where colours do not. */
function legend(names: readonly string[]): string {
  const symbols = drawPlot({
    width: 760,
    height: 40,
    margin: 4,
    marginLeft: 14,
    marginBottom: 4,
    x: { axis: null, domain: [0, names.length] },
    y: { axis: null, domain: [-1, 1] },
    color: { domain: names, range: palette },
    symbol: { domain: names },
    marks: [
      Plot.dot(names, {
        x: (_, n) => n,
        y: () => 0,
        fill: (name: string) => name,
        symbol: (name: string) => name,
        r: 6,
      }),
      Plot.text(names, {
        x: (_, n) => n,
        y: () => 0,
        text: (name: string) => name,
        dx: 12,
        textAnchor: 'start',
      }),
    ],
  })
  return symbols
}

function pairs({ pairs }: ModelComparison): string {
  const metrics = [...new Set(pairs.map(({ metric }) => metric))]
  return [
    '<h2>Pairs</h2>',
    '<p class="note">Mean difference over users with its 95 % bootstrap interval; p-values by the paired t-test and by the signed-rank test, each adjusted by Holm over all pairs; d is Cohen’s d<sub>z</sub>.</p>',
    ...metrics.map((metric) =>
      [
        `<h3>${metric}</h3>`,
        htmlTable(
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
          pairs
            .filter((pair) => pair.metric === metric)
            .map((pair) => [
              `${pair.a} − ${pair.b}`,
              signed(pair.difference),
              `${signed(pair.low)} … ${signed(pair.high)}`,
              pair.adjustedPValue.toPrecision(2),
              pair.adjustedRankPValue.toPrecision(2),
              signed(pair.effectSize, 2),
              percent(pair.better),
              percent(pair.worse),
            ]),
        ),
      ].join('\n'),
    ),
  ].join('\n')
}

function segments({ segments, models, primary }: ModelComparison): string {
  return [
    `<h2>Segments by ${primary}</h2>`,
    htmlTable(
      ['Segment', 'Users', ...models.map(({ name }) => name)],
      segments.map(({ segment, users, values }) => [
        segment,
        users.toLocaleString('en-US'),
        ...models.map(
          ({ name }) =>
            `${values[name]!.mean.toFixed(3)} ± ${(1.96 * values[name]!.standardError).toFixed(3)}`,
        ),
      ]),
    ),
  ].join('\n')
}

function agreement({ agreement, listSize }: ModelComparison): string {
  return [
    '<h2>Agreement of lists</h2>',
    htmlTable(
      ['Pair', `Shared of the first ${listSize}`, 'Rank-biased overlap'],
      agreement.map(({ a, b, overlap, rankBiasedOverlap }) => [
        `${a}, ${b}`,
        percent(overlap),
        rankBiasedOverlap.toFixed(3),
      ]),
    ),
  ].join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function signed(value: number, digits = 4): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
}
