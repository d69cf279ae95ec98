import { formatSeconds } from '../../src/pages/numbers.ts'
import { bestTrial, type StudySettings, type TrialRecord } from '../../src/tuning/study.ts'
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
  const { settings, metric, best, trials, seconds, backend } = report
  const names = Object.keys(trials[0]!.hyperparameters)
  const rows = trials
    .filter(({ results }) => results.length > 0)
    .toSorted((a, b) => b.results.length - a.results.length || a.trial - b.trial)
    .slice(0, 10)
    .map(({ trial, results, hyperparameters }) => [
      String(trial),
      ...names.map((name) => JSON.stringify(hyperparameters[name])),
      String(results.at(-1)!.epochs),
      results.at(-1)!.validation.value.toFixed(4),
    ])
  return [
    `${settings.model} by ${settings.protocol}: ${trials.length} trials on ${backend} in ${formatSeconds(seconds)}, ${ended[report.outcome]}`,
    '',
    formatTable(['trial', ...names, 'epochs', metric], rows),
    '',
    `Best: trial ${best.trial}, ${metric} ${best.value.toFixed(4)} on the validation part. For the configuration of npm run retrain:`,
    JSON.stringify(report.config, null, 2),
  ].join('\n')
}

const ended: Readonly<Record<TuneOutcome, string>> = {
  finished: 'all done',
  budget: 'the budget is used up; --resume goes on',
  interrupted: 'interrupted; --resume goes on',
}
