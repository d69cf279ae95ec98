// What is recorded of searches, for readers.
import type { Database } from '../db/database.ts'
import type { StudySettings } from './study.ts'

/** A hyperparameter search. */
export interface StudyRecord {
  readonly id: string
  readonly model: string
  readonly settings: StudySettings
  readonly createdAt: Date
  /** When an automatic search chose its hyperparameters; null before, and for a search by hand. */
  readonly chosenAt: Date | null
  readonly trials: number
  readonly metric: string | null
  /** Of the best trial; null without a result. */
  readonly best: number | null
}

export interface StudyRecords {
  /** Newest first, after the newest `skipped`. */
  list(count: number, skipped?: number): Promise<readonly StudyRecord[]>
  /** Null if there is none. */
  find(id: string): Promise<StudyRecord | null>
}

export function createPostgresStudyRecords({ sql }: Pick<Database, 'sql'>): StudyRecords {
  const select = (condition: ReturnType<typeof sql>, count: number, skipped = 0) => sql<StudyRecord[]>`
    select id, model, settings, created_at as "createdAt", chosen_at as "chosenAt", metric, best,
      (select count(*) from tuning_trials where study_id = id) as trials
    from tuning_studies left join lateral (
      select min(metric) as metric, case min(metric) when 'rmse' then min(value) else max(value) end as best
      from tuning_results where study_id = id
    ) results on true
    where ${condition} order by created_at desc, id limit ${count} offset ${skipped}`
  return {
    list: (count, skipped) => select(sql`true`, count, skipped),
    find: async (id) => (await select(sql`id = ${id}`, 1))[0] ?? null,
  }
}
