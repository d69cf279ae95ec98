import type { Database } from '../../db/database.ts'
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
  return sql<ListedRun[]>`
    select id, status, outcome, reason, error, by, started_at as "startedAt", finished_at as "finishedAt",
      exists (select from reports where run_id = retraining_runs.id) as "hasReport"
    from retraining_runs order by started_at desc limit ${count}`
}
