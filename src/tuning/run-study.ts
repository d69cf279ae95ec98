// The search: chooses the next trial and the rung up to which it is trained.
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
import { nextStep, type RungLosses } from './successive-halving.ts'
import { minObservations, suggestByTpe, suggestRandomly } from './suggest.ts'

/** A trial to train up to a rung. */
export interface RungTask {
  readonly trial: number
  /** Counted from zero. */
  readonly rung: number
  /** Those that differ from the defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The result of the previous rung. */
  readonly previous: RungResult | undefined
}

export interface StudyRun {
  readonly studyId: string
  readonly settings: StudySettings
  readonly studies: Studies
  /** The number of trials to start. */
  readonly trials: number
  /** The number of trials trained concurrently. */
  readonly parallel: number
  /** Ends the search between two trials; `run` does not receive it. */
  readonly signal: AbortSignal
  /**
   * Trains a trial up to a rung. An error fails the trial, except after the signal: then the trial resumes with the study.
   */
  run(task: RungTask): Promise<RungResult>
  onResult?(trials: readonly TrialRecord[]): void
}

/**
 * Runs a study until all its trials are finished or the signal ends it, and returns its trials. Another call resumes the
 * study. With one trial at a time the same settings produce the same trials, interrupted or not.
 *
 * @throws Error when the first trials all fail, with the reason of the first.
 */
export async function runStudy(options: StudyRun): Promise<TrialRecord[]> {
  const { studyId, settings, studies, parallel, signal } = options
  const { model, fixed, first } = settings
  const space = searchSpaceOf(findModel(model), fixed, first && Object.keys(first))
  const working = new Map<number, Promise<void>>()
  for (;;) {
    if (working.size >= parallel) await Promise.race(working.values())
    // copied before the records are read: a trial that ends in between is not an abandoned one
    const active = new Set(working.keys())
    const trials = await studies.trials(studyId)
    requireSuccess(trials)
    const task = signal.aborted ? undefined : await nextTask(options, space, trials, active)
    if (task !== undefined) {
      const work = runTask(options, task).finally(() => working.delete(task.trial))
      working.set(task.trial, work)
      // Promise.race above handles the rejection
      work.catch(() => {})
    } else if (working.size > 0) await Promise.race(working.values())
    else if (active.size === 0) return trials
  }
}

/** A trial that an ended process abandoned, else the next step of successive halving. */
async function nextTask(
  { studyId, settings, studies, trials: maxTrials }: StudyRun,
  space: SearchSpace,
  trials: readonly TrialRecord[],
  active: ReadonlySet<number>,
): Promise<RungTask | undefined> {
  const task = ({ trial, hyperparameters, results }: TrialRecord, rung: number): RungTask => ({
    trial,
    rung,
    hyperparameters: { ...settings.fixed, ...hyperparameters },
    previous: results[rung - 1],
  })
  const abandoned = trials.find((trial) => isRunning(trial) && !active.has(trial.trial))
  if (abandoned) return task(abandoned, abandoned.rung)
  const step = nextStep(
    trials.map((trial) => toLosses(trial, settings)),
    settings.rungs.length,
    maxTrials,
  )
  if (step.kind === 'promote') {
    const promoted = trials[step.trial]!
    await studies.promote(studyId, promoted.trial, promoted.results.length)
    return task(promoted, promoted.results.length)
  }
  if (step.kind !== 'start') return undefined
  const trial = trials.length
  const isFirst = trial === 0 && settings.first !== undefined
  const hyperparameters = isFirst ? settings.first! : suggest(settings, space, trials)
  await studies.start(studyId, trial, hyperparameters)
  return task({ trial, hyperparameters, results: [], rung: 0, error: null }, 0)
}

async function runTask({ studyId, studies, signal, run, onResult }: StudyRun, task: RungTask): Promise<void> {
  const { trial, rung, previous } = task
  let result: RungResult
  try {
    result = previous?.ended ? { ...previous, seconds: 0 } : await run(task)
  } catch (error) {
    if (signal.aborted) return
    await studies.fail(studyId, trial, error instanceof Error ? error.message : String(error))
    return
  }
  await studies.record(studyId, trial, rung, result)
  onResult?.(await studies.trials(studyId))
}

/** Uses the results of the highest rung that enough trials have reached: losses of different rungs are not comparable. */
function suggest(
  { strategy, seed, rungs }: StudySettings,
  space: SearchSpace,
  trials: readonly TrialRecord[],
): Record<string, unknown> {
  const random = createRandom(seed, 'suggest', trials.length)
  if (strategy === 'random') return hyperparametersAt(space, suggestRandomly(space, random))
  const observationsByRung = rungs.map((_, rung) =>
    trials
      .filter(({ results, error }) => results.length > rung || error !== null)
      .map(({ hyperparameters, results }) => ({
        point: pointOf(space, hyperparameters),
        loss: lossOf(results[rung]),
      })),
  )
  const observations = observationsByRung.findLast(
    (observations) => observations.filter(({ loss }) => Number.isFinite(loss)).length >= minObservations,
  )
  return hyperparametersAt(space, suggestByTpe(space, observations ?? [], random))
}

function toLosses(trial: TrialRecord, { first }: StudySettings): RungLosses {
  const failed = trial.error !== null
  const losses = trial.results.map(lossOf)
  return {
    losses: failed ? [...losses, Number.POSITIVE_INFINITY] : losses,
    running: isRunning(trial),
    alwaysPromoted: trial.trial === 0 && first !== undefined,
  }
}

/** If this many trials fail from the start, the study stops. */
const maxInitialFailures = 5

function requireSuccess(trials: readonly TrialRecord[]): void {
  const failed = trials.filter(({ error }) => error !== null)
  if (failed.length < maxInitialFailures || failed.length < trials.length) return
  throw new Error(`The first ${failed.length} trials failed, the first because: ${failed[0]!.error}`)
}
