import type { Database, Sql } from '../../db/database.ts'
import type { Outcome } from '../result.ts'
import type { StoredRun } from './runs.ts'

/** A run without its configuration and its results. */
export interface ListedRun extends Pick<StoredRun, 'id' | 'status' | 'by' | 'startedAt'> {
  /** Null unless it is finished, as its reason. */
  readonly outcome: Outcome | null
  readonly reason: string | null
  /** Why it failed or was interrupted. */
  readonly error: string | null
  readonly finishedAt: Date | null
  /** Whether its report is stored. */
  readonly hasReport: boolean
}

/** The latest runs, newest first. */
export function listRuns({ sql }: Pick<Database, 'sql'>, count: number): Promise<ListedRun[]> {
  return select(sql, sql`true`, count)
}

/** Null if there is none. */
export async function findRun({ sql }: Pick<Database, 'sql'>, id: string): Promise<ListedRun | null> {
  return (await select(sql, sql`id = ${id}`, 1))[0] ?? null
}

function select(sql: Sql, condition: ReturnType<Sql>, count: number): Promise<ListedRun[]> {
  return sql<ListedRun[]>`
    select id, status, outcome, reason, error, by, started_at as "startedAt", finished_at as "finishedAt",
      exists (select from reports where run_id = retraining_runs.id) as "hasReport"
    from retraining_runs where ${condition} order by started_at desc limit ${count}`
}
