import { and, desc, eq, inArray, isNotNull, max, ne, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { retrainingCandidates, retrainingRuns, snapshots } from '../../db/retraining-schema.ts'
import { trainingRuns } from '../../db/schema.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Snapshot } from '../data/snapshot.ts'
import {
  LostRunError,
  type NewRun,
  type Preparation,
  type RunEnds,
  type Runs,
  type StoredRun,
  type TrainingOutcome,
} from './runs.ts'

type Drizzle = Database['db']

/** Runs in the tables of `db`. Only the holder of the run lock may change them. */
export function createPostgresRuns({ db }: Pick<Database, 'db'>): Runs {
  const candidate = (id: string, variant: string) =>
    and(eq(retrainingCandidates.runId, id), eq(retrainingCandidates.variant, variant))
  return {
    start: (run) => start(db, run),
    ended: (ids) => ended(db, ids),
    unfinished: () => unfinished(db),
    async resume(id) {
      const resumed = { status: 'running', error: null, finishedAt: null } as const
      await db.update(retrainingRuns).set(resumed).where(eq(retrainingRuns.id, id))
    },
    requireRunning: (id) => requireRunning(db, id),
    savePreparation: (id, preparation) => savePreparation(db, id, preparation),
    async saveTraining(id, variant, outcome) {
      const set =
        'training' in outcome ? { training: outcome.training, version: outcome.training.version } : outcome
      await db.update(retrainingCandidates).set(set).where(candidate(id, variant))
    },
    trainings: (id) => trainings(db, id),
    async saveRefit(id, variant, refit) {
      await db.update(retrainingCandidates).set({ refit }).where(candidate(id, variant))
    },
    refits: (id) => refits(db, id),
    async saveGate(id, variant, gate) {
      await db.update(retrainingCandidates).set({ gate }).where(candidate(id, variant))
    },
    async savePromotion(id, variant) {
      await db.update(retrainingCandidates).set({ promotedAt: sql`now()` }).where(candidate(id, variant))
    },
    async finish({ runId, outcome, reason }) {
      const finished = { status: 'finished', outcome, reason, error: null, finishedAt: sql`now()` } as const
      await db.update(retrainingRuns).set(finished).where(eq(retrainingRuns.id, runId))
    },
    async end(id, status, error) {
      const ended = { status, error, finishedAt: sql`now()` }
      await db
        .update(retrainingRuns)
        .set(ended)
        .where(and(eq(retrainingRuns.id, id), eq(retrainingRuns.status, 'running')))
    },
    lastSnapshot: () => lastSnapshot(db),
  }
}

const unfinishedStatuses = ['running', 'interrupted', 'failed'] as const
const endedStatuses = ['finished', 'abandoned'] as const

/** The caller holds the run lock, so the process of any run still marked as running is dead. */
function start(db: Drizzle, { id, config, cold, backend, by }: NewRun): Promise<Date> {
  return db.transaction(async (transaction) => {
    await transaction
      .update(retrainingRuns)
      .set({ status: 'abandoned', finishedAt: sql`coalesce(finished_at, now())` })
      .where(inArray(retrainingRuns.status, [...unfinishedStatuses]))
    // also those that a worker started after their run had ended
    await transaction
      .update(trainingRuns)
      .set({ status: 'interrupted', finishedAt: sql`now()`, error: 'The retraining was abandoned' })
      .where(and(isNotNull(trainingRuns.retrainingRun), eq(trainingRuns.status, 'running')))
    const [started] = await transaction
      .insert(retrainingRuns)
      .values({ id, config, cold, backend, by })
      .returning({ at: retrainingRuns.startedAt })
    return started!.at
  })
}

async function ended(db: Drizzle, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .select({ id: retrainingRuns.id })
    .from(retrainingRuns)
    .where(
      and(
        inArray(sql`${retrainingRuns.id}::text`, [...ids]),
        inArray(retrainingRuns.status, [...endedStatuses]),
      ),
    )
  return rows.map(({ id }) => id)
}

async function unfinished(db: Drizzle): Promise<StoredRun | null> {
  const [row] = await db
    .select()
    .from(retrainingRuns)
    .leftJoin(snapshots, eq(snapshots.runId, retrainingRuns.id))
    .where(notInArray(retrainingRuns.status, [...endedStatuses]))
    .orderBy(desc(retrainingRuns.startedAt))
    .limit(1)
  if (row === undefined) return null
  const { config, ...run } = row.retraining_runs
  return {
    ...run,
    config: config as RetrainingConfig,
    preparation: run.plan
      ? ({ ...(run.plan as object), snapshot: row.snapshots!.description } as Preparation)
      : null,
  }
}

async function requireRunning(db: Drizzle, id: string): Promise<void> {
  const rows = await db
    .select({ id: retrainingRuns.id })
    .from(retrainingRuns)
    .where(and(eq(retrainingRuns.id, id), eq(retrainingRuns.status, 'running')))
  if (rows.length === 0) throw new LostRunError(`Run ${id} was abandoned because another one started`)
}

/** The column `plan` holds the plan and the checks. */
function savePreparation(db: Drizzle, runId: string, { snapshot, checks, plan }: Preparation): Promise<void> {
  return db.transaction(async (transaction) => {
    const { instant, fingerprint, users, items, ratings } = snapshot
    await transaction.insert(snapshots).values({
      runId,
      instant: new Date(instant),
      fingerprint,
      users,
      items,
      ratings,
      description: snapshot,
    })
    await transaction
      .update(retrainingRuns)
      .set({ plan: { checks, plan } })
      .where(eq(retrainingRuns.id, runId))
    await transaction
      .insert(retrainingCandidates)
      .values(plan.jobs.map((job) => ({ runId, variant: job.variant, model: job.model, job })))
  })
}

async function trainings(db: Drizzle, runId: string): Promise<Map<string, TrainingOutcome>> {
  const rows = await db.select().from(retrainingCandidates).where(eq(retrainingCandidates.runId, runId))
  return new Map(
    rows
      .filter(({ training, error }) => training !== null || error !== null)
      .map(({ variant, training, error }) => [
        variant,
        (error === null ? { training } : { error }) as TrainingOutcome,
      ]),
  )
}

async function refits(db: Drizzle, runId: string): Promise<Map<string, TrainingOutcome>> {
  const { variant, refit } = retrainingCandidates
  const rows = await db
    .select({ variant, refit })
    .from(retrainingCandidates)
    .where(and(eq(retrainingCandidates.runId, runId), isNotNull(refit)))
  return new Map(rows.map((row) => [row.variant, row.refit as TrainingOutcome]))
}

async function lastSnapshot(db: Drizzle) {
  const [row] = await db
    .select({
      runId: snapshots.runId,
      startedAt: retrainingRuns.startedAt,
      description: snapshots.description,
    })
    .from(snapshots)
    .innerJoin(retrainingRuns, eq(snapshots.runId, retrainingRuns.id))
    .where(
      and(
        eq(retrainingRuns.status, 'finished'),
        ne(retrainingRuns.outcome, 'stopped'),
        isNotNull(retrainingRuns.plan),
      ),
    )
    .orderBy(desc(snapshots.instant), desc(retrainingRuns.startedAt))
    .limit(1)
  if (row === undefined) return null
  const { runId, startedAt, description } = row
  return { runId, startedAt, snapshot: description as Snapshot }
}

/** Runs that ended without a result count as failed. */
export async function findRunEnds({ db }: Pick<Database, 'db'>): Promise<RunEnds> {
  const end = sql<string>`coalesce(${retrainingRuns.outcome}, 'failed')`
  const rows = await db
    .select({ end, at: max(retrainingRuns.finishedAt) })
    .from(retrainingRuns)
    .where(isNotNull(retrainingRuns.finishedAt))
    .groupBy(end)
  return Object.fromEntries(rows.map(({ end, at }) => [end, at]))
}
