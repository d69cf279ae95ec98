// A hyperparameter search from its options to the trials: the study, its budget and where trials are trained.
import {
  createEvaluationTask,
  type EvaluationTask,
  type EvaluationTaskOptions,
  type ProtocolRatings,
  type SplitSizes,
  sizesOf,
} from '../evaluation/evaluation-task.ts'
import type { JobQueue } from '../jobs/job-queue.ts'
import type { Model } from '../models/model.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import { holdsOutRatings } from '../splits/with-validation.ts'
import { withBaseline } from '../training/baselines.ts'
import type { ExpectedCost } from '../training/expected-cost.ts'
import { type Validation, validate } from '../training/validate.ts'
import { type RungTask, runStudy } from './run-study.ts'
import { fingerprintOf, type RatingsFiles, trainOnWorker } from './rung-job.ts'
import type { ProtocolStudySettings, Studies, TrialRecord } from './study.ts'
import { rungsOf, searchedEpochs } from './successive-halving.ts'
import type { Strategy } from './suggest.ts'
import { trainTrial } from './train-trial.ts'
import { openTrialCheckpoints, removeOldTrialCheckpoints } from './trial-checkpoints.ts'

export interface SearchOptions extends EvaluationTaskOptions {
  readonly trials: number
  /** Seconds. */
  readonly budget?: number
  readonly strategy: Strategy
  /** Hyperparameters that are not searched. */
  readonly set: Readonly<Record<string, unknown>>
  /** Continues the latest search with the same settings. */
  readonly resume?: boolean
  /** How many trials are trained at once by workers; this process trains when absent. */
  readonly workers?: number
}

export interface SearchDependencies {
  readonly studies: Studies
  /** With the checkpoints of trials in its folder `tuning`. */
  readonly store: ArtifactStore
  /** For the workers, with the files from which they read the same ratings. */
  readonly queue?: JobQueue
  readonly files: RatingsFiles
  /** Called once with the number of trials of the resumed search. */
  readonly onStart: (earlierTrials: number) => void
  /** Called once with the expected cost of the whole search, extrapolated from its first trial. */
  readonly onExpected: (cost: ExpectedCost) => void
  /** Called after each result with all trials, including those of the resumed search. */
  readonly onResult: (trials: readonly TrialRecord[]) => void
}

/** How a search ended: all trials done, budget used up, or interrupted. */
export type SearchOutcome = 'finished' | 'budget' | 'interrupted'

export interface SearchResult {
  readonly studyId: string
  readonly outcome: SearchOutcome
  readonly settings: ProtocolStudySettings
  readonly split: SplitSizes
  readonly trials: readonly TrialRecord[]
  /** Biases for a model that predicts ratings, popularity for others, on the validation part. */
  readonly baseline: BaselineValidation
}

export interface BaselineValidation {
  readonly model: 'bias' | 'popularity'
  readonly validation: Validation
}

/** No search with these settings can be resumed. */
export class NoStudyError extends Error {
  override readonly name = 'NoStudyError'
}

/**
 * Searches for good hyperparameters of a model on the validation part of a split.
 *
 * @throws NoStudyError if there is no study to resume, and any error of splitting
 */
export async function search(
  model: Model,
  data: ProtocolRatings,
  options: SearchOptions,
  { studies, store, queue, files, onStart, onExpected, onResult }: SearchDependencies,
  interrupted: AbortSignal,
): Promise<SearchResult> {
  const task = createEvaluationTask(options, data)
  const settings = settingsOf(options, model, data, task)
  const studyId = await studyOf(studies, settings, options.resume ?? false)
  const earlier = (await studies.trials(studyId)).length
  onStart(earlier)
  let isExpected = false
  const expectSearch = (cost: ExpectedCost, { rung, previous }: RungTask) => {
    if (isExpected) return
    isExpected = true
    const { rungs } = settings
    // the model of a search without epochs is trained once per trial
    const epochs = Math.max(rungs[rung]! - (previous?.epochs ?? 0), 1)
    const seconds = (searchedEpochs(rungs, options.trials - earlier) * cost.seconds) / epochs
    onExpected({ ...cost, seconds: Math.min(seconds, options.budget ?? seconds) })
  }
  await removeOldTrialCheckpoints(store)
  const { signal, end } = untilBudget(options.budget, interrupted)
  const study = { studyId, settings, studies, signal, store }
  const trials = await runStudy({
    ...study,
    trials: options.trials,
    parallel: options.workers ?? 1,
    run: (rungTask) =>
      queue
        ? trainOnWorker(queue, rungTask, study, files, signal)
        : trainTrial(
            rungTask,
            { ...study, task, onExpected: (cost) => expectSearch(cost, rungTask) },
            signal,
          ),
    onResult,
  }).finally(end)
  if (!signal.aborted) await openTrialCheckpoints(store, studyId).removeAll()
  const outcome = interrupted.aborted ? 'interrupted' : signal.aborted ? 'budget' : 'finished'
  const baseline = await validateBaseline(model, task)
  return { studyId, outcome, settings, split: sizesOf(task.split), trials, baseline }
}

async function validateBaseline(model: Model, task: EvaluationTask): Promise<BaselineValidation> {
  const { split, positiveThreshold, seed } = task
  const name = model.predictsRatings && holdsOutRatings(split) ? 'bias' : 'popularity'
  const validation = await withBaseline(name, { train: split.train, positiveThreshold, seed }, (scorer) =>
    validate(scorer, split.validation, positiveThreshold),
  )
  return { model: name, validation }
}

function settingsOf(
  { set, strategy, protocol, split: rule, seed }: SearchOptions,
  model: Model,
  data: ProtocolRatings,
  { split, positiveThreshold }: EvaluationTask,
): ProtocolStudySettings {
  const rungs = model.kind === 'gradient' ? rungsOf(model.resolve(set, split.train).epochs) : [0]
  const dataFingerprint = fingerprintOf(data)
  const splitOptions = { protocol, rule, seed, positiveThreshold, dataFingerprint }
  return { model: model.name, fixed: set, strategy, rungs, ...splitOptions }
}

async function studyOf(studies: Studies, settings: ProtocolStudySettings, resume: boolean): Promise<string> {
  if (!resume) return studies.create(settings)
  const found = await studies.find(settings)
  if (found !== undefined) return found
  throw new NoStudyError(
    'There is no search to resume with this model, data, split, seed and settings; start one without --resume',
  )
}

/** A signal for the interruption and for the end of the budget. `end` must be called, or the process waits for the budget. */
export function untilBudget(seconds: number | undefined, interrupted: AbortSignal) {
  const abort = new AbortController()
  interrupted.addEventListener('abort', () => abort.abort(interrupted.reason), { once: true })
  const timer = seconds === undefined ? undefined : setTimeout(() => abort.abort(), 1000 * seconds)
  return { signal: abort.signal, end: () => clearTimeout(timer) }
}
