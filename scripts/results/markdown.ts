// The results as a page in Markdown. Every figure in it comes from a stored run or from a publication that is named.
import { cpus } from 'node:os'
import { basename } from 'node:path'
import type { Published, Row, Section } from './catalogue.ts'
import { commandOf, type RunOutcome } from './runs.ts'
import type { Figure, RowSummary } from './summary.ts'

export interface MeasuredRow {
  readonly row: Row
  readonly outcomes: readonly RunOutcome[]
  readonly summary: RowSummary | undefined
}

export interface MeasuredSection {
  readonly section: Section
  readonly rows: readonly MeasuredRow[]
}

/** How a row is called: its model, and how it differs from the defaults. */
export function nameOf({ model, variant }: Row): string {
  return variant === undefined ? model : `${model}, ${variant}`
}

/** @param picture path of the picture that stands beside the page */
export function writeResults(measured: readonly MeasuredSection[], picture: string): string {
  return [
    '# Results',
    '',
    'Written by `npm run results -- --data $DATA`, where `$DATA` is a folder with the data sets, each in a folder of its',
    'usual name. A row that was not run is empty. Means with 95 % intervals; how each interval is made stands with its table.',
    ...machine(measured),
    '',
    `![Every model with its 95 % interval, a panel for each data set and protocol](${basename(picture)})`,
    ...measured.flatMap(describeSection),
    '## What the columns say',
    '',
    'Lists are of 20 items. *Coverage*: the share of all items that somebody is shown. *Novelty*: −log2 of the share of users who',
    'know an item, in bits. *Diversity*: one less the cosine of two items of a list by the users who know them. *Popularity',
    'lift*: how much more popular than the user’s history the list is. *Miscalibration*: the Jensen–Shannon divergence between',
    'the list’s and the history’s mixtures of popular, middling and rare items, in bits. *s an epoch*: median seconds of training.',
    '',
  ].join('\n')
}

function machine(measured: readonly MeasuredSection[]): string[] {
  const outcomes = measured.flatMap(({ rows }) => rows.flatMap((row) => row.outcomes))
  if (outcomes.length === 0) return []
  const days = outcomes.map(({ at }) => at.slice(0, 10)).sort()
  const backends = [...new Set(outcomes.map(({ report }) => report.backend))].join(', ')
  const period = days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`
  return [
    `Measured ${period} on ${cpus().length} cores of ${cpus()[0]!.model.trim()}, Node ${process.versions.node}, backend ${backends}.`,
  ]
}

function describeSection({ section, rows }: MeasuredSection): string[] {
  return [
    '',
    `## ${section.title}`,
    '',
    `${section.note} ${intervalNote(section)}`,
    '',
    ...table(section, rows),
    ...publishedElsewhere(section, rows),
    '',
    '<details><summary>The command of each row</summary>',
    '',
    ...rows.map(({ row }) => `- ${nameOf(row)}: \`${commandOf({ section, row, seed: 1 })}\``),
    '',
    '</details>',
    '',
  ]
}

function intervalNote({ seeded }: Section): string {
  return seeded === 'split'
    ? 'The interval is Student’s over the seeds; of a single seed, that over its held-out users.'
    : 'The interval is over the held-out users; seeds change the training alone.'
}

function table(section: Section, rows: readonly MeasuredRow[]): string[] {
  const head = [
    'model',
    ...section.metrics,
    'published',
    'coverage',
    'novelty',
    'diversity',
    'popularity lift',
    'miscalibration',
    'epochs',
    's an epoch',
    'seeds',
  ]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head),
    line(head.map((_, c) => (c === 0 ? '---' : '--:'))),
    ...rows.map((row) => line(cells(section, row))),
  ]
}

function cells(section: Section, { row, summary }: MeasuredRow): string[] {
  const published = publishedOf(section, row)
  if (summary === undefined)
    return [nameOf(row), ...section.metrics.map(() => ''), published, ...Array(8).fill('')]
  const lists = summary.beyondAccuracy
  return [
    nameOf(row),
    ...section.metrics.map((metric) => formatFigure(summary.metrics[metric])),
    published,
    lists ? percent(lists.coverage) : '',
    lists ? lists.novelty.toFixed(2) : '',
    lists ? lists.diversity.toFixed(3) : '',
    lists ? percent(lists.popularityLift) : '',
    lists ? lists.miscalibration.toFixed(3) : '',
    summary.epochs === 0 ? 'closed form' : summary.epochs.toFixed(0),
    summary.epochSeconds.toFixed(2),
    String(summary.seeds),
  ]
}

function formatFigure(figure: Figure | undefined): string {
  if (figure === undefined) return ''
  return `${figure.mean.toFixed(4)} ± ${figure.halfWidth.toFixed(4)}`
}

/** The model as it was published stands by the row of its defaults. */
function publishedOf({ published }: Section, { model, variant }: Row): string {
  if (variant !== undefined) return ''
  const own = published.filter((one) => one.model === model)
  return own.length === 0 ? '' : `${own.map(({ value }) => value).join(' / ')} (${own[0]!.source})`
}

function publishedElsewhere({ published }: Section, rows: readonly MeasuredRow[]): string[] {
  const others = published.filter(({ model }) => !rows.some(({ row }) => row.model === model))
  const models = [...new Set(others.map(({ model }) => model))]
  return models.length === 0
    ? []
    : ['', `Published elsewhere: ${models.map((model) => describePublished(others, model)).join('; ')}.`]
}

function describePublished(published: readonly Published[], name: string): string {
  const own = published.filter(({ model }) => model === name)
  return `${name} ${own.map(({ metric, value }) => `${metric} ${value}`).join(', ')} (${own[0]!.source})`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
