import {
  createEvaluationTask,
  type EvaluationTask,
  type EvaluationTaskOptions,
  type ProtocolRatings,
  sizesOf,
} from '../../src/evaluation/evaluation-task.ts'
import type { JobQueue } from '../../src/jobs/job-queue.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { runStudy } from '../../src/tuning/run-study.ts'
import { searchSpaceOf } from '../../src/tuning/search-space.ts'
import { bestTrial, type Studies, type StudySettings, type TrialRecord } from '../../src/tuning/study.ts'
import { rungsOf } from '../../src/tuning/successive-halving.ts'
import type { Strategy } from '../../src/tuning/suggest.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { createProgress } from '../terminal/progress.ts'
import { type DataOptions, readData } from '../terminal/read-data.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { summarize, type TuneReport } from './format.ts'
import { fingerprintOf, trainOnWorker } from './rung-job.ts'
import { trainTrial } from './train-trial.ts'
import { openTrialCheckpoints } from './trial-checkpoints.ts'

export interface TuneOptions extends EvaluationTaskOptions, DataOptions, BackendOptions {
  readonly model: string
  readonly trials: number
  /** Seconds. */
  readonly budget?: number
  readonly strategy: Strategy
  /** Hyperparameters that are not searched. */
  readonly set: Readonly<Record<string, unknown>>
  readonly resume?: boolean
  /** How many trials the workers train at once; this process trains when absent. */
  readonly workers?: number
}

/**
 * Searches for good hyperparameters of a model.
 *
 * @throws UsageError if there is no study to resume, Error if no trial was finished, and any error of reading and
 * splitting
 */
export async function tune(options: TuneOptions, interrupted: AbortSignal): Promise<TuneReport> {
  const startedAt = performance.now()
  const model = findModel(options.model)
  searchSpaceOf(model, options.set)
  return withDatabase(async (database, { home }) => {
    const queue = options.workers === undefined ? undefined : await openJobQueue(database.sql)
    const backend = queue ? 'workers' : (await openBackend(options)).name
    const data = await readData(options, database.sql, interrupted)
    const task = createEvaluationTask(options, data)
    const settings = settingsOf(options, model, data, task)
    const studies = createPostgresStudies(database)
    const studyId = await studyOf(studies, settings, options.resume ?? false)
    const { signal, end } = untilBudget(options.budget, interrupted)
    const trials = await search(options, task, { studyId, settings, studies, signal, home }, queue).finally(
      end,
    )
    const outcome = interrupted.aborted ? 'interrupted' : signal.aborted ? 'budget' : 'finished'
    return {
      studyId,
      outcome,
      settings,
      split: sizesOf(task.split),
      backend,
      ...summarize(settings, trials),
      seconds: (performance.now() - startedAt) / 1000,
    }
  })
}

function settingsOf(
  { set, strategy, protocol, split: rule, seed }: TuneOptions,
  model: Model,
  data: ProtocolRatings,
  { split, positiveThreshold }: EvaluationTask,
): StudySettings {
  const rungs = model.kind === 'gradient' ? rungsOf(model.resolve(set, split.train).epochs) : [0]
  const dataFingerprint = fingerprintOf(data)
  const splitOptions = { protocol, rule, seed, positiveThreshold, dataFingerprint }
  return { model: model.name, fixed: set, strategy, rungs, ...splitOptions }
}

async function studyOf(studies: Studies, settings: StudySettings, resume: boolean): Promise<string> {
  if (!resume) return studies.create(settings)
  const found = await studies.find(settings)
  if (found !== undefined) return found
  throw new UsageError(
    'There is no search to resume with this model, data, split, seed and settings; start one without --resume',
  )
}

/** A signal for the interruption and for the end of the budget. `end` must be called, or the process waits for the budget. */
function untilBudget(seconds: number | undefined, interrupted: AbortSignal): Limit {
  const abort = new AbortController()
  interrupted.addEventListener('abort', () => abort.abort(interrupted.reason), { once: true })
  const timer = seconds === undefined ? undefined : setTimeout(() => abort.abort(), 1000 * seconds)
  return { signal: abort.signal, end: () => clearTimeout(timer) }
}

interface Limit {
  readonly signal: AbortSignal
  end(): void
}

interface Search {
  readonly studyId: string
  readonly settings: StudySettings
  readonly studies: Studies
  readonly signal: AbortSignal
  readonly home: string
}

async function search(
  options: TuneOptions,
  task: EvaluationTask,
  study: Search,
  queue: JobQueue | undefined,
): Promise<TrialRecord[]> {
  const { settings, studies, studyId, signal, home } = study
  const earlierTrials = (await studies.trials(studyId)).length
  const progress = createProgress({
    label: `Searching ${settings.model}`,
    unit: 'trials',
    total: Math.max(options.trials - earlierTrials, 0),
  })
  try {
    const trials = await runStudy({
      ...study,
      trials: options.trials,
      parallel: options.workers ?? 1,
      run: (rungTask) =>
        queue
          ? trainOnWorker(queue, rungTask, study, options, signal)
          : trainTrial(rungTask, { ...study, task }, signal),
      onResult: (trials) => progress.update(trials.length - earlierTrials, formatBest(trials)),
    })
    if (!signal.aborted) await openTrialCheckpoints(home, studyId).removeAll()
    return trials
  } finally {
    progress.finish()
  }
}

function formatBest(trials: readonly TrialRecord[]): string {
  const best = bestTrial(trials)!
  const { epochs, validation } = best.results.at(-1)!
  return `best ${validation.metric} ${validation.value.toFixed(4)} of trial ${best.trial} after ${epochs} epochs`
}
