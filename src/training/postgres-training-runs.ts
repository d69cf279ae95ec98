import { eq } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { trainingEpochs, trainingRuns } from '../db/schema.ts'
import { isUnlocked, lockTraining, type TrainingLock } from './training-lock.ts'
import type { TrainingRuns } from './training-runs.ts'

/**
 * Training runs and their epochs in the tables of `database`. A training outside of a retraining holds a lock, so that it
 * is known to have failed when its process was killed; that of a retraining may be resumed.
 */
export function createPostgresTrainingRuns({ db, sql }: Pick<Database, 'db' | 'sql'>): TrainingRuns {
  const locks = new Map<string, TrainingLock>()
  return {
    async start(run) {
      const id = crypto.randomUUID()
      // before the record exists, so that no other process takes it for dead
      if (run.retrainingRun === undefined) locks.set(id, await lockTraining(sql, id))
      await endDead(sql)
      const [row] = await db
        .insert(trainingRuns)
        .values({ id, ...run })
        .onConflictDoUpdate({
          target: [trainingRuns.retrainingRun, trainingRuns.variant],
          set: { status: 'running', finishedAt: null, error: null },
        })
        .returning({ id: trainingRuns.id })
      return row!.id
    },
    async setHyperparameters(id, hyperparameters) {
      await db.update(trainingRuns).set({ hyperparameters }).where(eq(trainingRuns.id, id))
    },
    async recordEpoch(runId, { epoch, loss, seconds, validation }) {
      await locks.get(runId)?.renew()
      const validated = {
        validationMetric: validation?.metric,
        validationValue: validation?.value,
        kl: validation?.latent?.kl,
        activeUnits: validation?.latent?.activeUnits,
        discriminatorAccuracy: validation?.discriminator?.accuracy,
        gradientNorm: validation?.discriminator?.gradientNorm,
        usedComponents: validation?.discriminator?.usedComponents,
      }
      const values = { loss, seconds, ...(validation && validated) }
      // an epoch that was interrupted before its checkpoint is run again
      await db
        .insert(trainingEpochs)
        .values({ runId, epoch, ...values })
        .onConflictDoUpdate({ target: [trainingEpochs.runId, trainingEpochs.epoch], set: values })
    },
    async end(id, end) {
      try {
        await db
          .update(trainingRuns)
          .set({ ...end, finishedAt: new Date() })
          .where(eq(trainingRuns.id, id))
      } finally {
        await locks.get(id)?.release()
        locks.delete(id)
      }
    },
  }
}

async function endDead(sql: Database['sql']): Promise<void> {
  await sql`
    update training_runs set status = 'failed', error = 'Its process was killed', finished_at = now()
    where status = 'running' and retraining_run is null and ${isUnlocked(sql)}`
}

/** Trainings whose process is alive or that may be resumed: they may publish what they learned from a user who is erased now. */
export async function trainingsInProgress({ sql }: Pick<Database, 'sql'>) {
  return sql<{ model: string; startedAt: Date }[]>`
    select model, started_at as "startedAt" from training_runs
    where status = 'running' and (retraining_run is not null or not ${isUnlocked(sql)})
    order by started_at`
}
