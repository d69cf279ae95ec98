// One retraining: snapshot, checks, training, judging, gate, promotion, report.
import type { Database } from '../db/database.ts'
import type { Interactions } from '../interactions/interactions.ts'
import type { Registry } from '../registry/registry.ts'
import type { RetrainingConfig } from './config.ts'
import { decide } from './decide.ts'
import type { RetrainingEvent } from './events.ts'
import { explainFailure } from './failures.ts'
import { createPostgresReports } from './postgres-reports.ts'
import { createPostgresRuns } from './postgres-runs.ts'
import { renderRetrainingReport } from './report/report-page.ts'
import type { Outcome, RetrainingResult, TrainedVariant } from './result.ts'
import { pruneVersions } from './retention.ts'
import { openRunFolder } from './run-folder.ts'
import { type RunLock, takeRunLock } from './run-lock.ts'
import type { NewRun, Runs, Survey } from './runs.ts'
import { createStopwatch, type Stopwatch } from './stopwatch.ts'
import { type Surveyed, surveyRatings } from './survey.ts'
import { trainAll } from './train-all.ts'
import type { TrainVariantJob } from './train-variant.ts'

export interface RetrainingOptions {
  readonly config: RetrainingConfig
  /** Lets all variants start over. */
  readonly cold?: boolean
  /** The instant up to which ratings are seen; that of the latest one when absent. */
  readonly until?: Date | undefined
  /** Who starts it, for the record. */
  readonly by: string
}

export interface RetrainingDependencies {
  readonly database: Database
  readonly registry: Registry
  /** The folder that holds what Palate keeps. */
  readonly home: string
  /** The name of the current backend. */
  readonly backend: string
  /** Interrupts the run between two epochs; it goes on with `resumeRetraining`. */
  readonly signal?: AbortSignal
  readonly onEvent?: ((event: RetrainingEvent) => void) | undefined
  /** Trains on other machines, all variants at once; here and one after another when absent. */
  readonly trainElsewhere?:
    | ((job: TrainVariantJob, signal: AbortSignal) => Promise<TrainedVariant>)
    | undefined
}

/** There is no run that could go on. */
export class NothingToResumeError extends Error {
  override readonly name = 'NothingToResumeError'
}

/** A run under way. */
export interface RunContext extends RetrainingDependencies {
  readonly run: NewRun
  readonly startedAt: Date
  readonly runs: Runs
  readonly stopwatch: Stopwatch
  /** @throws where the run has lost its right to go on */
  readonly requireLease: () => Promise<void>
  readonly say: (event: RetrainingEvent) => void
}

/**
 * Retrains all variants, judges them against their champions, and promotes those that pass the gate. Runs that were
 * not finished before are given up.
 *
 * @throws RunInProgressError when another run is under way, DamagedFileError, UnusableArtifactError when a champion
 * cannot be judged, the signal's reason, and whatever reading, training and publishing throw; the run may go on then
 */
export async function runRetraining(
  { config, cold = false, until, by }: RetrainingOptions,
  dependencies: RetrainingDependencies,
): Promise<RetrainingResult> {
  const id = crypto.randomUUID()
  const run: NewRun = { id, config, cold, by, backend: dependencies.backend }
  return underLock(run.id, dependencies, async (lock) => {
    const runs = createPostgresRuns(dependencies.database)
    for (const abandoned of await runs.start(run)) await openRunFolder(dependencies.home, abandoned).remove()
    return carryOut(contextOf(run, new Date(), lock, runs, dependencies), null, until)
  })
}

/**
 * Goes on with the run that did not come to its end, as it was configured then, to the result that it would have had.
 *
 * @throws NothingToResumeError when there is none, or it computed on another backend; and as `runRetraining` does
 */
export async function resumeRetraining(dependencies: RetrainingDependencies): Promise<RetrainingResult> {
  const runs = createPostgresRuns(dependencies.database)
  const found = await runs.unfinished()
  if (found === null)
    throw new NothingToResumeError('No run waits to go on: start a new one, without --resume')
  return underLock(found.id, dependencies, async (lock) => {
    const run = await runs.unfinished()
    if (run?.id !== found.id) throw new NothingToResumeError(`Run ${found.id} has ended meanwhile`)
    if (run.backend !== dependencies.backend)
      throw new NothingToResumeError(
        `Run ${run.id} computed on ${run.backend} and would not come to the same result on ${dependencies.backend}: resume it with --backend ${run.backend}`,
      )
    await runs.resume(run.id)
    return carryOut(contextOf(run, run.startedAt, lock, runs, dependencies), run.survey)
  })
}

async function underLock(
  runId: string,
  { database }: RetrainingDependencies,
  task: (lock: RunLock) => Promise<RetrainingResult>,
): Promise<RetrainingResult> {
  const lock = await takeRunLock(database, runId)
  try {
    return await task(lock)
  } finally {
    await lock.release()
  }
}

function contextOf(
  run: NewRun,
  startedAt: Date,
  lock: RunLock,
  runs: Runs,
  dependencies: RetrainingDependencies,
): RunContext {
  return {
    ...dependencies,
    run,
    startedAt,
    runs,
    stopwatch: createStopwatch(),
    requireLease: async () => {
      await lock.requireHeld()
      await runs.requireRunning(run.id)
    },
    say: (event) => dependencies.onEvent?.(event),
  }
}

async function carryOut(context: RunContext, survey: Survey | null, until?: Date): Promise<RetrainingResult> {
  const { run, runs, signal, say, home } = context
  try {
    say({ event: 'started', runId: run.id, resumed: survey !== null })
    const begun = survey
      ? { ...survey, ratings: await openRunFolder(home, run.id).loadRatings() }
      : await begin(context, until)
    const result = begun.plan
      ? await trainAndDecide(context, { ...begun, plan: begun.plan })
      : resultOf(context, begun, stopReason(begun.checks))
    await finish(context, result)
    return result
  } catch (error) {
    const status = signal?.aborted ? 'interrupted' : 'failed'
    const message = explainFailure(error)
    // where the database is what failed, the first error matters more
    await runs.end(run.id, status, message).catch(() => {})
    throw error
  }
}

async function begin(context: RunContext, until: Date | undefined): Promise<Surveyed> {
  const { run, runs, registry, stopwatch, say, home } = context
  const options = { runId: run.id, config: run.config, cold: run.cold, until }
  const previous = await runs.lastSnapshot()
  const surveyed = await stopwatch.time('reading the ratings', () =>
    surveyRatings(options, context, previous),
  )
  const { instant, ratings: count, users, items } = surveyed.snapshot
  say({ event: 'snapshot', instant, ratings: count, users, items })
  say({ event: 'checked', checks: surveyed.checks })
  if (surveyed.plan === null) return surveyed
  // what cannot be read now could not be judged after hours of training either
  for (const [model, version] of Object.entries(surveyed.plan.champions))
    await registry.load({ model, version })
  await openRunFolder(home, run.id).saveRatings(surveyed.ratings)
  await runs.saveSurvey(run.id, { ...surveyed, plan: surveyed.plan })
  return surveyed
}

async function trainAndDecide(
  context: RunContext,
  begun: Survey & { readonly ratings: Interactions },
): Promise<RetrainingResult> {
  const trained = await trainAll(context, begun.plan, begun.ratings)
  const decision = await decide(context, begun, trained)
  return resultOf(context, begun, decision.reason, decision)
}

type Decision = Awaited<ReturnType<typeof decide>>

function resultOf(
  { run, startedAt, stopwatch }: RunContext,
  { snapshot, checks }: Pick<Surveyed, 'snapshot' | 'checks'>,
  reason: string,
  decision?: Decision,
): RetrainingResult {
  const promoted = decision?.candidates.some((candidate) => candidate.promoted)
  const outcome: Outcome = !decision ? 'stopped' : promoted ? 'promoted' : 'kept'
  return {
    runId: run.id,
    outcome,
    reason,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    by: run.by,
    backend: run.backend,
    config: run.config,
    cold: run.cold,
    snapshot,
    checks,
    period: decision?.period ?? null,
    candidates: decision?.candidates ?? [],
    baselines: decision?.baselines ?? [],
    examples: decision?.examples ?? [],
    timings: stopwatch.timings(),
  }
}

function stopReason(checks: Surveyed['checks']): string {
  return checks
    .filter(({ passed }) => !passed)
    .map(({ finding }) => finding)
    .join(' ')
}

async function finish(context: RunContext, result: RetrainingResult): Promise<void> {
  const { database, registry, runs, run, home, say } = context
  await context.requireLease()
  await createPostgresReports(database).save({ result, html: renderRetrainingReport(result) })
  await pruneVersions(registry, database, run.config.keepVersions)
  await runs.finish(result)
  // from here on the run is done, whatever becomes of what it leaves behind
  const folder = openRunFolder(home, run.id)
  await folder.remove().catch(() => {})
  say({ event: 'finished', result })
}
