import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'
import { findModel } from '../../src/models/models.ts'
import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import type { ExpectedCost } from '../../src/training/expected-cost.ts'
import type { Validation } from '../../src/training/validate.ts'
import type { SearchOutcome, SearchResult } from '../../src/tuning/search.ts'
import { searchSpaceOf } from '../../src/tuning/search-space.ts'
import { bestTrial, lossOf } from '../../src/tuning/study.ts'
import { renderStudy } from '../../src/tuning/study-page.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

/** What `npm run tune -- --json` prints. */
export interface TuneReport extends SearchResult {
  readonly backend: string
  readonly metric: string
  readonly best: { readonly trial: number; readonly value: number }
  /** Whether the best trial is worse than the baseline, in a sentence. */
  readonly worseThanBaselines: readonly string[]
  /** For the configuration of `npm run retrain`. */
  readonly config: {
    readonly variants: readonly [{ readonly model: string; readonly hyperparameters: object }]
  }
  /** As announced; null if the search was expected to take less than a minute. */
  readonly expected: ExpectedCost | null
  readonly seconds: number
}

/** @throws Error if no trial has a result */
export function summarize({ settings, trials, baseline }: SearchResult) {
  const best = bestTrial(trials)
  if (best === undefined)
    throw new Error('The search ended before a trial was finished; --resume continues it')
  const { validation } = best.results.at(-1)!
  const hyperparameters = { ...settings.fixed, ...best.hyperparameters }
  return {
    metric: validation.metric,
    best: { trial: best.trial, value: validation.value },
    worseThanBaselines: worseThanBaselines(settings.model, {
      [baseline.model]: metricOf(baseline.validation),
      [settings.model]: metricOf(validation),
    }),
    config: { variants: [{ model: settings.model, hyperparameters }] as const },
    trials,
  }
}

function metricOf({ metric, value }: Validation) {
  return { [metric]: { mean: value } }
}

export function formatTuneReport(report: TuneReport): Result {
  const { metric, best, trials, worseThanBaselines } = report
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
  const text = [
    subtitle(report),
    '',
    formatTable(['trial', ...names, 'epochs', metric], rows),
    ...(worseThanBaselines.length > 0 ? ['', ...worseThanBaselines] : []),
    '',
    `Best: trial ${best.trial}, ${metric} ${best.value.toFixed(4)} on the validation part. Configuration for npm run retrain:`,
    JSON.stringify(report.config, null, 2),
  ].join('\n')
  return { document: report, text }
}

/** The report as a page with plots. */
export function renderReport(report: TuneReport): string {
  const { settings } = report
  const space = searchSpaceOf(findModel(settings.model), settings.fixed)
  return renderStudy({ ...report, space, subtitle: subtitle(report), findings: report.worseThanBaselines })
}

function subtitle({ settings, trials, split, backend, seconds, outcome }: TuneReport): string {
  const { model, protocol, rule, seed, strategy } = settings
  const splitRule = rule === 'hash' ? 'hash' : `seed ${seed}`
  return (
    `${model} by ${protocol}, split by ${splitRule}: ${formatCount(split.trainRatings)} training ratings. ` +
    `${trials.length} trials by ${strategy}, seed ${seed}, on ${backend} in ${formatSeconds(seconds)}: ${ended[outcome]}.`
  )
}

const ended: Readonly<Record<SearchOutcome, string>> = {
  finished: 'all trials finished',
  budget: 'the budget is used up; --resume continues the search',
  interrupted: 'interrupted; --resume continues the search',
}
