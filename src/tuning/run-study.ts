// The search itself: which trial is trained next, and how far.
import { findModel } from '../models/models.ts'
import { createRandom } from '../random/random.ts'
import { hyperparametersAt, pointOf, type SearchSpace, searchSpaceOf } from './search-space.ts'
import {
  isRunning,
  lossOf,
  type RungResult,
  type Studies,
  type StudySettings,
  type TrialRecord,
} from './study.ts'
import { nextStep } from './successive-halving.ts'
import { observationsNeeded, suggestByTpe, suggestRandomly } from './suggest.ts'

/** A trial that is to be trained up to a rung. */
export interface RungTask {
  readonly trial: number
  /** Counted from zero. */
  readonly rung: number
  /** All hyperparameters that differ from the defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** What it showed at the rung before. */
  readonly before: RungResult | undefined
}

export interface StudyRun {
  readonly studyId: string
  readonly settings: StudySettings
  readonly studies: Studies
  /** How many trials to begin. */
  readonly trials: number
  /** How many are trained at once. */
  readonly parallel: number
  /** Ends the search between two trials and is handed to no one else. */
  readonly signal: AbortSignal
  /**
   * Trains a trial up to a rung. What it throws is the trial's failure, except after the signal: then the trial goes on
   * when the study does.
   */
  run(task: RungTask): Promise<RungResult>
  onResult?(trials: readonly TrialRecord[]): void
}

/**
 * Runs a study until all its trials are done or the signal ends it, and gives its trials. Another call goes on where
 * the last one ended. With one trial at a time the same settings give the same trials, interrupted or not.
 *
 * @throws Error when the first trials all fail, saying why the first did.
 */
export async function runStudy(options: StudyRun): Promise<TrialRecord[]> {
  const { studyId, settings, studies, parallel, signal } = options
  const space = searchSpaceOf(findModel(settings.model), settings.fixed)
  const working = new Map<number, Promise<void>>()
  for (;;) {
    if (working.size >= parallel) await Promise.race(working.values())
    // taken first: a trial that ends while the records are read is not one left behind
    const atWork = new Set(working.keys())
    const trials = await studies.trials(studyId)
    requireSuccess(trials)
    const task = signal.aborted ? undefined : await nextTask(options, space, trials, atWork)
    if (task !== undefined) {
      const work = carryOut(options, task).finally(() => working.delete(task.trial))
      working.set(task.trial, work)
      // its failure is met where all are waited for
      work.catch(() => {})
    } else if (working.size > 0) await Promise.race(working.values())
    else if (atWork.size === 0) return trials
  }
}

/** A trial left behind by a process that ended, else the next step of the halving. */
async function nextTask(
  { studyId, settings, studies, trials: wanted }: StudyRun,
  space: SearchSpace,
  trials: readonly TrialRecord[],
  atWork: ReadonlySet<number>,
): Promise<RungTask | undefined> {
  const task = ({ trial, hyperparameters, results }: TrialRecord, rung: number): RungTask => ({
    trial,
    rung,
    hyperparameters: { ...settings.fixed, ...hyperparameters },
    before: results[rung - 1],
  })
  const left = trials.find((trial) => isRunning(trial) && !atWork.has(trial.trial))
  if (left) return task(left, left.rung)
  const step = nextStep(trials.map(toLosses), settings.rungs.length, wanted)
  if (step.kind === 'promote') {
    const promoted = trials[step.trial]!
    await studies.promote(studyId, promoted.trial, promoted.results.length)
    return task(promoted, promoted.results.length)
  }
  if (step.kind !== 'start') return undefined
  const trial = trials.length
  const hyperparameters = suggest(settings, space, trials)
  await studies.start(studyId, trial, hyperparameters)
  return task({ trial, hyperparameters, results: [], rung: 0, error: null }, 0)
}

async function carryOut(
  { studyId, studies, signal, run, onResult }: StudyRun,
  task: RungTask,
): Promise<void> {
  const { trial, rung, before } = task
  let result: RungResult
  try {
    result = before?.ended ? { ...before, seconds: 0 } : await run(task)
  } catch (error) {
    if (signal.aborted) return
    await studies.fail(studyId, trial, error instanceof Error ? error.message : String(error))
    return
  }
  await studies.record(studyId, trial, rung, result)
  onResult?.(await studies.trials(studyId))
}

/** Learns from the highest rung that enough trials have reached: losses of different rungs do not compare. */
function suggest(
  { strategy, seed, rungs }: StudySettings,
  space: SearchSpace,
  trials: readonly TrialRecord[],
): Record<string, unknown> {
  const random = createRandom(seed, 'suggest', trials.length)
  if (strategy === 'random') return hyperparametersAt(space, suggestRandomly(space, random))
  const seen = rungs.map((_, rung) =>
    trials
      .filter(({ results, error }) => results.length > rung || error !== null)
      .map(({ hyperparameters, results }) => ({
        point: pointOf(space, hyperparameters),
        loss: lossOf(results[rung]),
      })),
  )
  const enough = seen.findLast(
    (observations) => observations.filter(({ loss }) => Number.isFinite(loss)).length >= observationsNeeded,
  )
  return hyperparametersAt(space, suggestByTpe(space, enough ?? [], random))
}

function toLosses(trial: TrialRecord) {
  const failed = trial.error !== null
  const losses = trial.results.map(lossOf)
  return { losses: failed ? [...losses, Number.POSITIVE_INFINITY] : losses, running: isRunning(trial) }
}

/** So many failures in a row from the start are no bad luck. */
const hopeless = 5

function requireSuccess(trials: readonly TrialRecord[]): void {
  const failed = trials.filter(({ error }) => error !== null)
  if (failed.length < hopeless || failed.length < trials.length) return
  throw new Error(`The first ${failed.length} trials failed, the first because: ${failed[0]!.error}`)
}
