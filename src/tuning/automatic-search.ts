// A small search before a training: a few trials of the hyperparameters that matter most, on its validation part.
import { rowsWithAtLeast } from '../interactions/csr/select.ts'
import type { Model } from '../models/model.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import type { Split } from '../splits/split.ts'
import { runStudy } from './run-study.ts'
import { untilBudget } from './search.ts'
import { bestTrial, type Choice, type Studies, type StudySettings, type TrialRecord } from './study.ts'
import { rungsOf } from './successive-halving.ts'
import { trainTrial } from './train-trial.ts'
import { openTrialCheckpoints } from './trial-checkpoints.ts'

/** The search ends with the one that is used up first. */
export interface SearchBudget {
  readonly seconds: number
  readonly trials: number
}

export const defaultSearchBudget: SearchBudget = { seconds: 600, trials: 20 }

export interface AutomaticSearchOptions {
  readonly model: Model
  /** Those that are not searched. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly split: Pick<Split, 'train' | 'validation'>
  readonly positiveThreshold: number
  readonly seed: number
  readonly dataFingerprint: string
  readonly budget: SearchBudget
  /** See `StudySettings`: without it a search cannot be resumed. */
  readonly variant?: string
  readonly studies: Studies
  /** With the checkpoints of trials in its folder `tuning`, until the search ends. */
  readonly store: ArtifactStore
  readonly signal?: AbortSignal
  onResult?(trials: readonly TrialRecord[]): void
}

export interface FoundHyperparameters {
  readonly studyId: string
  /** Empty if no trial is better than the defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly trials: number
  readonly metric: string
  /** On the validation part, of the defaults and of the best trial; null without a result of the defaults. */
  readonly defaultValue: number | null
  readonly bestValue: number
}

/**
 * Searches the model's main hyperparameters, starting with their defaults, and records the choice for later trainings of
 * the model. Undefined if there is nothing to search, no validation user, or no result within the budget: nothing is
 * recorded then.
 *
 * @throws the signal's reason when it interrupts the search, and Error if the first trials all fail
 */
export async function searchAutomatically(
  options: AutomaticSearchOptions,
): Promise<FoundHyperparameters | undefined> {
  const { split, studies, store, budget } = options
  const settings = settingsOf(options)
  const hasValidation = rowsWithAtLeast(split.validation.targets, 1).length > 0
  if (Object.keys(settings.first).length === 0 || !hasValidation) return undefined
  const studyId = await studyOf(studies, settings)
  const checkpoints = openTrialCheckpoints(store, studyId)
  const signal = options.signal ?? new AbortController().signal
  const isResumable = () => signal.aborted && settings.variant !== undefined
  try {
    const earlier = await studies.choice(studyId)
    const trials = earlier
      ? await studies.trials(studyId)
      : await runTrials(options, settings, studyId, budget, signal)
    signal.throwIfAborted()
    const best = bestTrial(trials)
    if (best === undefined) {
      // a run that resumes must not search again, after its training has begun with the defaults
      if (settings.variant !== undefined && !earlier) await studies.choose(studyId, {})
      return undefined
    }
    const hyperparameters = best.trial === 0 ? {} : best.hyperparameters
    if (!earlier) await studies.choose(studyId, hyperparameters)
    const { metric, value } = best.results.at(-1)!.validation
    const first = trials[0]!.results.at(-1)
    return {
      studyId,
      hyperparameters,
      trials: trials.length,
      metric,
      defaultValue: first?.validation.value ?? null,
      bestValue: value,
    }
  } finally {
    // weights learned from users; a resumed search without them starts its unfinished trials over
    if (!isResumable()) await checkpoints.removeAll()
  }
}

type AutomaticSettings = StudySettings & Required<Pick<StudySettings, 'first'>>

function settingsOf(options: AutomaticSearchOptions): AutomaticSettings {
  const { model, hyperparameters: fixed, split, positiveThreshold, seed, dataFingerprint, variant } = options
  const resolved = new Map(Object.entries(model.resolve({ positiveThreshold, ...fixed }, split.train)))
  const names = model.mainHyperparameters.filter((name) => !(name in fixed))
  return {
    model: model.name,
    fixed,
    first: Object.fromEntries(names.map((name) => [name, resolved.get(name)])),
    strategy: 'tpe',
    rungs: model.kind === 'gradient' ? rungsOf(resolved.get('epochs') as number) : [0],
    ...{ positiveThreshold, seed, dataFingerprint },
    ...(variant !== undefined && { variant }),
  }
}

async function studyOf(studies: Studies, settings: StudySettings): Promise<string> {
  const found = settings.variant === undefined ? undefined : await studies.find(settings)
  return found ?? studies.create(settings)
}

async function runTrials(
  { split, positiveThreshold, seed, studies, store, onResult }: AutomaticSearchOptions,
  settings: StudySettings,
  studyId: string,
  { seconds, trials }: SearchBudget,
  interrupted: AbortSignal,
): Promise<TrialRecord[]> {
  const { signal, end } = untilBudget(seconds, interrupted)
  const study = { studyId, settings, task: { split, positiveThreshold, seed }, store }
  return runStudy({
    ...{ studyId, settings, studies, trials, signal },
    parallel: 1,
    run: (task) => trainTrial(task, study, signal),
    ...(onResult && { onResult }),
  }).finally(end)
}

/**
 * What the latest search has chosen for a model; undefined if there was none, or the choice is of an earlier version of
 * Palate and no longer valid.
 */
export async function rememberedChoice(
  studies: Pick<Studies, 'latestChoice'>,
  { name, hyperparameters }: Model,
): Promise<Choice | undefined> {
  const choice = await studies.latestChoice(name)
  return choice && hyperparameters.safeParse(choice.hyperparameters).success ? choice : undefined
}

/** What a search has found, in words. */
export function explainFound({
  hyperparameters,
  trials,
  metric,
  defaultValue,
  bestValue,
}: FoundHyperparameters): string {
  const results = [
    `${metric} ${bestValue.toFixed(4)} on the validation part`,
    ...(defaultValue === null ? [] : [`${defaultValue.toFixed(4)} with the defaults`]),
  ].join(', ')
  const isDefault = Object.keys(hyperparameters).length === 0
  return isDefault
    ? `none of ${trials} trials is better than the defaults (${results})`
    : `the best of ${trials} trials has ${formatHyperparameters(hyperparameters)} (${results})`
}

/** Such as `latent=100, maxBeta=0.3`. */
export function formatHyperparameters(hyperparameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(hyperparameters)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
