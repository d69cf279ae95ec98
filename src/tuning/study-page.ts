// The report page of a search.
import { type HtmlPart, html } from '../pages/html.ts'
import { formatCount, formatFixed } from '../pages/numbers.ts'
import { note, renderPage, verdict } from '../pages/page.ts'
import { figure } from '../pages/plot.ts'
import { table } from '../pages/table.ts'
import type { SearchSpace } from './search-space.ts'
import { bestTrial, lossOf, type StudySettings, type TrialRecord } from './study.ts'
import { plotParallelCoordinates, plotRungs } from './study-plots.ts'

export interface StudyPage {
  readonly settings: StudySettings
  readonly space: SearchSpace
  readonly trials: readonly TrialRecord[]
  /** What was searched and how the search ended, in one sentence. */
  readonly subtitle: string
  /** The best variant, for the configuration of a retraining. */
  readonly config: object
  /** Where the best trial is worse than a baseline, in sentences. */
  readonly findings?: readonly string[]
}

/** @throws RangeError when no trial has a result. */
export function renderStudy({ settings, space, trials, subtitle, config, findings = [] }: StudyPage): string {
  return renderPage(`Hyperparameters of ${settings.model}`, [
    html`<h1>Hyperparameters of ${settings.model}</h1>`,
    html`<p>${subtitle}</p>`,
    findings.map((finding) => verdict(`${finding}.`, { alarming: true })),
    ...studySections({ settings, space, trials }),
    html`<h2>For the configuration</h2><pre>${JSON.stringify(config, null, 2)}</pre>`,
  ])
}

/**
 * All results, for a page that names the model.
 *
 * @throws RangeError when no trial has a result.
 */
export function studySections({
  settings,
  space,
  trials,
}: Pick<StudyPage, 'settings' | 'space' | 'trials'>): HtmlPart[] {
  const best = bestTrial(trials)
  if (best === undefined) throw new RangeError(`None of ${trials.length} trials has a result to draw`)
  const { validation } = best.results.at(-1)!
  return [
    verdict(
      `Trial ${best.trial} is the best: ${validation.metric} ${formatFixed(validation.value, 4)} on the validation part.`,
    ),
    html`<h2>Trials by their hyperparameters</h2>`,
    figure(
      [plotParallelCoordinates(space, trials)],
      html`One line per trial, from its hyperparameters down to its ${validation.metric}, which is better to the right. The thick line is the best trial; the best third is colored. Axes with a logarithmic search range are logarithmic.`,
    ),
    settings.rungs.length > 1 ? rungs(settings, trials) : [],
    html`<h2>The best trials</h2>`,
    bestTrials(space, trials),
    failures(trials),
  ]
}

function rungs({ rungs }: StudySettings, trials: readonly TrialRecord[]) {
  return [
    html`<h2>Trials by their epochs</h2>`,
    figure(
      [plotRungs(trials)],
      `Trials are compared after epochs ${rungs.join(', ')}; the best third of each rung is trained up to the next. Each point shows the best epoch so far.`,
    ),
  ]
}

function bestTrials(space: SearchSpace, trials: readonly TrialRecord[]) {
  const shown = trials
    .filter(({ results }) => results.length > 0)
    .toSorted((a, b) => lossOf(a.results.at(-1)) - lossOf(b.results.at(-1)))
    .slice(0, 10)
  const metric = shown[0]!.results.at(-1)!.validation.metric
  return table(
    ['Trial', metric, 'Epochs', ...space.map(({ name }) => name)],
    shown.map(({ trial, results, hyperparameters }) => [
      String(trial),
      formatFixed(results.at(-1)!.validation.value, 4),
      formatCount(results.at(-1)!.epochs),
      ...space.map(({ name }) => textOf(hyperparameters[name])),
    ]),
  )
}

function failures(trials: readonly TrialRecord[]) {
  const failed = trials.filter(({ error }) => error !== null)
  if (failed.length === 0) return note('No trial failed.')
  return [
    html`<h2>Trials that failed</h2>`,
    table(
      ['Trial', 'Reason'],
      failed.map(({ trial, error }) => [String(trial), error!]),
      { textColumns: 2 },
    ),
  ]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
