import { findModel } from '../../src/models/models.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import { searchSpaceOf } from '../../src/tuning/search-space.ts'
import { bestTrial, lossOf, type StudySettings, type TrialRecord } from '../../src/tuning/study.ts'
import { renderStudy } from '../../src/tuning/study-page.ts'
import type { SplitSizes } from '../evaluate/report.ts'
import { formatTable } from '../terminal/table.ts'

/** How a search ended: all trials done, its time used up, or interrupted. */
export type TuneOutcome = 'finished' | 'budget' | 'interrupted'

/** What `npm run tune -- --json` prints. */
export interface TuneReport {
  readonly studyId: string
  readonly outcome: TuneOutcome
  readonly settings: StudySettings
  readonly split: SplitSizes
  readonly backend: string
  readonly metric: string
  readonly best: { readonly trial: number; readonly value: number }
  /** What the configuration of `npm run retrain` takes. */
  readonly config: {
    readonly variants: readonly [{ readonly model: string; readonly hyperparameters: object }]
  }
  readonly trials: readonly TrialRecord[]
  readonly seconds: number
}

/** @throws Error when no trial has a result. */
export function summarize(settings: StudySettings, trials: readonly TrialRecord[]) {
  const best = bestTrial(trials)
  if (best === undefined)
    throw new Error('The search ended before one trial was done; --resume goes on with it')
  const { validation } = best.results.at(-1)!
  const hyperparameters = { ...settings.fixed, ...best.hyperparameters }
  return {
    metric: validation.metric,
    best: { trial: best.trial, value: validation.value },
    config: { variants: [{ model: settings.model, hyperparameters }] as const },
    trials,
  }
}

export function describe(report: TuneReport): string {
  const { metric, best, trials } = report
  const names = Object.keys(trials[0]!.hyperparameters)
  const rows = trials
    .filter(({ results }) => results.length > 0)
    .toSorted((a, b) => lossOf(a.results.at(-1)) - lossOf(b.results.at(-1)))
    .slice(0, 10)
    .map(({ trial, results, hyperparameters }) => [
      String(trial),
      ...names.map((name) => JSON.stringify(hyperparameters[name])),
      String(results.at(-1)!.epochs),
      results.at(-1)!.validation.value.toFixed(4),
    ])
  return [
    subtitle(report),
    '',
    formatTable(['trial', ...names, 'epochs', metric], rows),
    '',
    `Best: trial ${best.trial}, ${metric} ${best.value.toFixed(4)} on the validation part. For the configuration of npm run retrain:`,
    JSON.stringify(report.config, null, 2),
  ].join('\n')
}

/** The same as a page with plots. */
export function renderReport(report: TuneReport): string {
  const { settings } = report
  const space = searchSpaceOf(findModel(settings.model), settings.fixed)
  return renderStudy({ ...report, space, subtitle: subtitle(report) })
}

function subtitle({ settings, trials, split, backend, seconds, outcome }: TuneReport): string {
  const { model, protocol, rule, seed, strategy } = settings
  const drawn = rule === 'hash' ? 'hash' : `seed ${seed}`
  return (
    `${model} by ${protocol}, split by ${drawn}: ${split.trainRatings.toLocaleString('en-US')} ratings to train on. ` +
    `${trials.length} trials by ${strategy}, seed ${seed}, on ${backend} in ${formatSeconds(seconds)}: ${ended[outcome]}.`
  )
}

const ended: Readonly<Record<TuneOutcome, string>> = {
  finished: 'all done',
  budget: 'the budget is used up; --resume goes on',
  interrupted: 'interrupted; --resume goes on',
}
