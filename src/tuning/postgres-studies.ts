import { and, asc, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { tuningResults, tuningStudies, tuningTrials } from '../db/tuning-schema.ts'
import type { Validation } from '../training/validate.ts'
import type { Choice, RungResult, Studies, TrialRecord } from './study.ts'

/** Studies in the tables of `db`. */
export function createPostgresStudies({ db }: Pick<Database, 'db'>): Studies {
  const trialIs = (studyId: string, trial: number) =>
    and(eq(tuningTrials.studyId, studyId), eq(tuningTrials.trial, trial))
  return {
    async create(settings) {
      const { model, seed } = settings
      const [row] = await db
        .insert(tuningStudies)
        .values({ model, seed, settings: { ...settings } })
        .returning({ id: tuningStudies.id })
      return row!.id
    },
    async find(settings) {
      const [row] = await db
        .select({ id: tuningStudies.id })
        .from(tuningStudies)
        .where(eq(tuningStudies.settings, { ...settings }))
        .orderBy(desc(tuningStudies.createdAt))
        .limit(1)
      return row?.id
    },
    trials: (studyId) => trialsOf(db, studyId),
    async start(studyId, trial, hyperparameters) {
      await db.insert(tuningTrials).values({ studyId, trial, hyperparameters })
    },
    async promote(studyId, trial, rung) {
      await db.update(tuningTrials).set({ rung }).where(trialIs(studyId, trial))
    },
    async record(studyId, trial, rung, { validation, ...result }) {
      await db
        .insert(tuningResults)
        .values({ studyId, trial, rung, ...result, ...validation })
        .onConflictDoNothing()
    },
    async fail(studyId, trial, error) {
      await db.update(tuningTrials).set({ error }).where(trialIs(studyId, trial))
    },
    async choose(studyId, chosen) {
      await db
        .update(tuningStudies)
        .set({ chosen: { ...chosen }, chosenAt: sql`clock_timestamp()` })
        .where(eq(tuningStudies.id, studyId))
    },
    choice: (studyId) => choiceWhere(db, eq(tuningStudies.id, studyId)),
    latestChoice: (model) => choiceWhere(db, eq(tuningStudies.model, model)),
  }
}

async function choiceWhere(db: Database['db'], condition: SQL): Promise<Choice | undefined> {
  const [row] = await db
    .select({
      studyId: tuningStudies.id,
      hyperparameters: tuningStudies.chosen,
      chosenAt: tuningStudies.chosenAt,
    })
    .from(tuningStudies)
    .where(and(condition, isNotNull(tuningStudies.chosenAt)))
    .orderBy(desc(tuningStudies.chosenAt))
    .limit(1)
  return row && { ...row, hyperparameters: row.hyperparameters!, chosenAt: row.chosenAt! }
}

async function trialsOf(db: Database['db'], studyId: string): Promise<TrialRecord[]> {
  const results = await db
    .select()
    .from(tuningResults)
    .where(eq(tuningResults.studyId, studyId))
    .orderBy(asc(tuningResults.trial), asc(tuningResults.rung))
  const trials = await db
    .select()
    .from(tuningTrials)
    .where(eq(tuningTrials.studyId, studyId))
    .orderBy(asc(tuningTrials.trial))
  return trials.map(({ trial, hyperparameters, rung, error }) => ({
    trial,
    hyperparameters,
    rung,
    error,
    results: results.filter((result) => result.trial === trial).map(toResult),
  }))
}

function toResult({
  epochs,
  bestEpoch,
  metric,
  value,
  ended,
  seconds,
}: typeof tuningResults.$inferSelect): RungResult {
  const validation = { metric, value } as Validation
  return { epochs, bestEpoch, validation, ended, seconds }
}
