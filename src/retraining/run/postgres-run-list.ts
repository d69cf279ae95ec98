import type { Database, Sql } from '../../db/database.ts'
import type { Outcome } from '../result.ts'
import { isRunLockHeld } from './run-lock.ts'
import type { StoredRun } from './runs.ts'

/** A run without its configuration and its results. */
export interface ListedRun extends Pick<StoredRun, 'id' | 'by' | 'startedAt'> {
  /** `interrupted` also if its process was killed. */
  readonly status: StoredRun['status']
  /** Null unless it is finished, as its reason. */
  readonly outcome: Outcome | null
  readonly reason: string | null
  /** Why it failed or was interrupted. */
  readonly error: string | null
  readonly finishedAt: Date | null
  /** Whether its report is stored. */
  readonly hasReport: boolean
}

/** Runs, newest first, after the newest `skipped`. */
export function listRuns({ sql }: Pick<Database, 'sql'>, count: number, skipped = 0): Promise<ListedRun[]> {
  return select(sql, sql`true`, count, skipped)
}

/** Null if there is none. */
export async function findRun({ sql }: Pick<Database, 'sql'>, id: string): Promise<ListedRun | null> {
  return (await select(sql, sql`id = ${id}`, 1))[0] ?? null
}

function select(sql: Sql, condition: ReturnType<Sql>, count: number, skipped = 0): Promise<ListedRun[]> {
  return sql<ListedRun[]>`
    select id, outcome, reason, by, started_at as "startedAt", finished_at as "finishedAt",
      case when killed then 'interrupted' else status end as status,
      case when killed then 'Its process was killed, or has lost the database' else error end as error,
      exists (select from reports where run_id = retraining_runs.id) as "hasReport"
    from retraining_runs, lateral (select status = 'running' and not ${isRunLockHeld(sql)} as killed) process
    where ${condition} order by started_at desc, id limit ${count} offset ${skipped}`
}
