// The steps of a run: snapshot, checks, training, evaluation, gate, promotion, report.
import { lockOfErasures } from '../../db/erasure-schema.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { createPostgresBatches } from '../../ratings/postgres-batches.ts'
import { DamagedFileError } from '../../registry/sealed-file.ts'
import { saveFlaggedUsers } from '../data/postgres-anomalous-users.ts'
import { explainRefusal, refuseBatches } from '../data/refused-batches.ts'
import { pruneVersions } from '../promote/retention.ts'
import { createPostgresReports } from '../report/postgres-reports.ts'
import { renderRetrainingReport } from '../report/report-page.ts'
import type { Outcome, RetrainingResult } from '../result.ts'
import { decide } from './decide.ts'
import { findErased } from './erase-from-runs.ts'
import { evaluateIncumbents } from './evaluate-incumbents.ts'
import { explainFailure } from './failures.ts'
import { type PreparedRatings, prepareRatings } from './prepare.ts'
import type { RunContext } from './run-context.ts'
import { openRunFolder } from './run-folder.ts'
import type { Preparation } from './runs.ts'
import { trainVariants } from './train-variants.ts'

/**
 * Executes a run from its beginning, or resumes it from its preparation. A run that fails is recorded as failed and can
 * be resumed.
 *
 * @param until ratings given later are left out of a new run
 */
export async function executeRun(
  context: RunContext,
  preparation: Preparation | null,
  until?: Date,
): Promise<RetrainingResult> {
  const { run, runs, signal, emit } = context
  try {
    emit({ event: 'started', runId: run.id, resumed: preparation !== null })
    const prepared = preparation
      ? { ...preparation, ratings: await reload(context) }
      : await prepare(context, until)
    const result = prepared.plan
      ? await trainAndDecide(context, { ...prepared, plan: prepared.plan })
      : await stop(context, prepared)
    return await finish(context, result)
  } catch (error) {
    const status = signal?.aborted ? 'interrupted' : 'failed'
    const message = explainFailure(error)
    // if the database is down this fails too; the first error matters more
    await runs.end(run.id, status, message).catch(() => {})
    throw error
  }
}

/** @throws DamagedFileError if they cannot be read, and if a user among them was erased while the run was interrupted */
async function reload({ database, store, run, runs, startedAt }: RunContext): Promise<Interactions> {
  const folder = openRunFolder(store, run.id, runs)
  const ratings = await folder.loadRatings()
  const erased = await findErased(database.sql, ratings.users.ids, startedAt)
  if (erased.size === 0) return ratings
  await folder.remove()
  throw new DamagedFileError(
    `${erased.size} of the users of run ${run.id} were erased: start a new run; this one cannot be continued`,
  )
}

async function prepare(context: RunContext, until: Date | undefined): Promise<PreparedRatings> {
  const { run, runs, registry, stopwatch, emit, store, startedAt } = context
  const options = { runId: run.id, config: run.config, cold: run.cold, startedAt, until }
  const previous = await runs.lastSnapshot()
  const prepared = await stopwatch.time('reading the ratings', () =>
    prepareRatings(options, context, previous),
  )
  const { instant, ratings: count, users, items, positives } = prepared.snapshot
  emit({ event: 'snapshot', instant, ratings: count, users, items, positives })
  emit({ event: 'checked', checks: prepared.checks })
  if (prepared.anomalousUsers) await saveFlaggedUsers(context.database, prepared.anomalousUsers, startedAt)
  if (prepared.plan === null) return prepared
  // a champion that cannot be read must stop the run now, not after hours of training
  for (const [model, version] of Object.entries(prepared.plan.champions))
    await registry.load({ model, version })
  const folder = openRunFolder(store, run.id, runs)
  await folder.saveRatings(prepared.ratings)
  // an erasure before the copy existed has not found it
  const erased = await findErased(context.database.sql, prepared.ratings.users.ids, context.startedAt)
  if (erased.size > 0) {
    await folder.remove()
    return prepare(context, until)
  }
  const { snapshot, checks, plan } = prepared
  await runs.savePreparation(run.id, { snapshot, checks, plan })
  return prepared
}

async function trainAndDecide(
  context: RunContext,
  prepared: Preparation & { readonly ratings: Interactions },
): Promise<RetrainingResult> {
  const incumbents = await evaluateIncumbents(context, prepared)
  const checks = [...prepared.checks, ...incumbents.dataQuality]
  if (incumbents.dataQuality.some(({ passed }) => !passed)) {
    context.emit({ event: 'checked', checks: incumbents.dataQuality })
    return stop(context, { ...prepared, checks })
  }
  const trained = await trainVariants(context, prepared.plan, prepared.ratings)
  const decision = await decide(context, prepared, trained, incumbents)
  return resultOf(context, prepared, decision.reason, decision)
}

/** Ends the run before training, and keeps the ratings that are refused out of the next one. */
async function stop(
  context: RunContext,
  prepared: Pick<PreparedRatings, 'snapshot' | 'checks'>,
): Promise<RetrainingResult> {
  const { run, runs, database } = context
  const { checks, snapshot } = prepared
  const previous = await runs.lastSnapshot()
  const { quarantine } = run.config
  const refusedBatches = previous
    ? await refuseBatches(createPostgresBatches(database), {
        runId: run.id,
        quarantine,
        checks,
        since: previous.startedAt,
        until: snapshot.readAt === undefined ? null : new Date(snapshot.readAt),
      })
    : []
  const reason = [
    ...checks.filter(({ passed }) => !passed).map(({ finding }) => finding),
    ...explainRefusal(refusedBatches),
  ].join(' ')
  return { ...resultOf(context, prepared, reason), refusedBatches }
}

type Decision = Awaited<ReturnType<typeof decide>>

function resultOf(
  { run, startedAt, stopwatch }: RunContext,
  { snapshot, checks }: Pick<PreparedRatings, 'snapshot' | 'checks'>,
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
    leftOut: decision?.leftOut ?? [],
    defaultChoice: decision?.defaultChoice ?? null,
    examples: decision?.examples ?? [],
    timings: stopwatch.timings(),
  }
}

async function finish(context: RunContext, decided: RetrainingResult): Promise<RetrainingResult> {
  const { database, registry, runs, run, store, emit } = context
  await context.requireLease()
  const result = await report(context, decided)
  await pruneVersions(registry, database, run.config.keepVersions)
  await runs.finish(result)
  // the run is finished even if its folder cannot be removed
  const folder = openRunFolder(store, run.id, runs)
  await folder.remove().catch(() => {})
  emit({ event: 'finished', result })
  return result
}

/** Saves the report without the users who were erased during the run. Later erasures find it saved. */
function report({ database, startedAt }: RunContext, decided: RetrainingResult): Promise<RetrainingResult> {
  return database.sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock_shared(${lockOfErasures})`
    const userIds = decided.examples.map(({ userId }) => userId)
    const erased = await findErased(transaction, userIds, startedAt)
    const result = { ...decided, examples: decided.examples.filter(({ userId }) => !erased.has(userId)) }
    await createPostgresReports(database).save({ result, html: renderRetrainingReport(result) })
    return result
  })
}
