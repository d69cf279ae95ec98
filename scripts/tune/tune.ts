import { loadConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
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
import { type ExamOptions, prepare } from '../evaluate/evaluate.ts'
import type { Exam } from '../evaluate/judged.ts'
import { type Data, readData } from '../evaluate/read-data.ts'
import { sizesOf } from '../evaluate/report.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { createProgress } from '../terminal/progress.ts'
import { summarize, type TuneReport } from './report.ts'
import { fingerprintOf, trainElsewhere } from './rung-job.ts'
import { trainTrial } from './train-trial.ts'
import { openTrialCheckpoints } from './trial-checkpoints.ts'

export interface TuneOptions extends ExamOptions, BackendOptions {
  readonly model: string
  readonly trials: number
  /** Seconds. */
  readonly budget?: number
  readonly strategy: Strategy
  /** Hyperparameters that are not searched. */
  readonly set: Readonly<Record<string, unknown>>
  readonly resume?: boolean
  /** How many trials other processes train at once; without it this one trains. */
  readonly workers?: number
}

/**
 * Searches for good hyperparameters of a model.
 *
 * @throws RangeError when the options do not go together, Error when no trial was done or no study can be resumed, and
 *   whatever reading and splitting throw.
 */
export async function tune(options: TuneOptions, interrupted: AbortSignal): Promise<TuneReport> {
  const started = performance.now()
  const model = findModel(options.model)
  searchSpaceOf(model, options.set)
  const database = await openDatabase(loadConfig(), say)
  try {
    const queue = options.workers === undefined ? undefined : await openJobQueue(database.sql)
    const backend = queue ? 'workers' : (await openBackend(options)).name
    const data = await readData(options, database.sql, interrupted)
    const exam = prepare(options, data, interrupted)
    const settings = settingsOf(options, model, data, exam)
    const studies = createPostgresStudies(database)
    const studyId = await studyOf(studies, settings, options.resume ?? false)
    const { signal, end } = untilBudget(options.budget, interrupted)
    const trials = await search(options, exam, { studyId, settings, studies, signal }, queue).finally(end)
    const outcome = interrupted.aborted ? 'interrupted' : signal.aborted ? 'budget' : 'finished'
    return {
      studyId,
      outcome,
      settings,
      split: sizesOf(exam.split),
      backend,
      ...summarize(settings, trials),
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await database.close()
  }
}

function settingsOf(
  { set, strategy, protocol, split: rule, seed }: TuneOptions,
  model: Model,
  data: Data,
  { split, positiveThreshold }: Exam,
): StudySettings {
  const rungs = model.kind === 'gradient' ? rungsOf(model.resolve(set, split.train).epochs) : [0]
  const dataFingerprint = fingerprintOf(data)
  const drawn = { protocol, rule, seed, positiveThreshold, dataFingerprint }
  return { model: model.name, fixed: set, strategy, rungs, ...drawn }
}

async function studyOf(studies: Studies, settings: StudySettings, resume: boolean): Promise<string> {
  if (!resume) return studies.create(settings)
  const found = await studies.find(settings)
  if (found !== undefined) return found
  throw new Error(
    'There is no search to resume with this model, data, split, seed and settings; leave --resume out to begin one',
  )
}

/** A signal that comes when either does. The caller of `end` keeps the process from waiting for the budget. */
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
}

async function search(
  options: TuneOptions,
  exam: Exam,
  study: Search,
  queue: JobQueue | undefined,
): Promise<TrialRecord[]> {
  const { settings, studyId, signal } = study
  const { home } = loadConfig()
  const before = (await study.studies.trials(study.studyId)).length
  const progress = createProgress({
    label: `Searching ${settings.model}`,
    unit: 'trials',
    total: Math.max(options.trials - before, 0),
  })
  try {
    const trials = await runStudy({
      ...study,
      trials: options.trials,
      parallel: options.workers ?? 1,
      run: (task) =>
        queue
          ? trainElsewhere(queue, task, study, options, signal)
          : trainTrial(task, { ...study, exam, home }, signal),
      onResult: (trials) => progress.update(trials.length - before, standing(trials)),
    })
    if (!signal.aborted) await openTrialCheckpoints(home, studyId).removeAll()
    return trials
  } finally {
    progress.finish()
  }
}

function standing(trials: readonly TrialRecord[]): string {
  const best = bestTrial(trials)!
  const { epochs, validation } = best.results.at(-1)!
  return `best ${validation.metric} ${validation.value.toFixed(4)} of trial ${best.trial} after ${epochs} epochs`
}

function say(line: string): void {
  console.error(line)
}
