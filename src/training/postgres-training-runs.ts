import { eq } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { trainingEpochs, trainingRuns } from '../db/schema.ts'
import type { TrainingRuns } from './training-runs.ts'

/** Training runs and their epochs in the tables of `db`. */
export function createPostgresTrainingRuns({ db }: Pick<Database, 'db'>): TrainingRuns {
  return {
    async start(run) {
      const [row] = await db.insert(trainingRuns).values(run).returning({ id: trainingRuns.id })
      return row!.id
    },
    async recordEpoch(runId, { epoch, loss, seconds, validation }) {
      const validated = { validationMetric: validation?.metric, validationValue: validation?.value }
      await db.insert(trainingEpochs).values({ runId, epoch, loss, seconds, ...(validation && validated) })
    },
    async end(id, end) {
      await db
        .update(trainingRuns)
        .set({ ...end, finishedAt: new Date() })
        .where(eq(trainingRuns.id, id))
    },
  }
}
