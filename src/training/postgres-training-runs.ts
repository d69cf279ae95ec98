import { eq } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { trainingEpochs, trainingRuns } from '../db/schema.ts'
import type { TrainingRuns } from './training-runs.ts'

/** Training runs and their epochs in the tables of `db`. */
export function createPostgresTrainingRuns({ db }: Pick<Database, 'db'>): TrainingRuns {
  return {
    async start(run) {
      const [row] = await db
        .insert(trainingRuns)
        .values(run)
        .onConflictDoUpdate({
          target: [trainingRuns.retrainingRun, trainingRuns.variant],
          set: { status: 'running', finishedAt: null, error: null },
        })
        .returning({ id: trainingRuns.id })
      return row!.id
    },
    async recordEpoch(runId, { epoch, loss, seconds, validation }) {
      const validated = { validationMetric: validation?.metric, validationValue: validation?.value }
      const values = { loss, seconds, ...(validation && validated) }
      // an epoch that was interrupted before its checkpoint is run again
      await db
        .insert(trainingEpochs)
        .values({ runId, epoch, ...values })
        .onConflictDoUpdate({ target: [trainingEpochs.runId, trainingEpochs.epoch], set: values })
    },
    async end(id, end) {
      await db
        .update(trainingRuns)
        .set({ ...end, finishedAt: new Date() })
        .where(eq(trainingRuns.id, id))
    },
  }
}
