// The steps of a run: snapshot, checks, training, judging, gate, promotion, report.
import type { Interactions } from '../../interactions/interactions.ts'
import { pruneVersions } from '../promote/retention.ts'
import { createPostgresReports } from '../report/postgres-reports.ts'
import { renderRetrainingReport } from '../report/report-page.ts'
import type { Outcome, RetrainingResult } from '../result.ts'
import { decide } from './decide.ts'
import { explainFailure } from './failures.ts'
import { type Surveyed, surveyRatings } from './prepare.ts'
import type { RunContext } from './run-context.ts'
import { openRunFolder } from './run-folder.ts'
import type { Survey } from './runs.ts'
import { trainAll } from './train-variants.ts'

/**
 * Carries a run out, from what was found at its start where it goes on. One that fails is noted as such, and may go on
 * later.
 *
 * @param until the instant up to which a run that begins sees ratings
 */
export async function carryOutRun(
  context: RunContext,
  survey: Survey | null,
  until?: Date,
): Promise<RetrainingResult> {
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
