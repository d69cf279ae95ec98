import type { Database } from '../../db/database.ts'
import type { Drift } from '../data/snapshot.ts'

/** How the ratings of a run differ from those of the run before. */
export interface DriftOfRun {
  readonly runId: string
  /** The end of its ratings, ISO 8601. */
  readonly instant: string
  readonly drift: Drift
}

/** Of the latest runs with a report, newest first; the first run has no drift. */
export function readDrifts({ sql }: Pick<Database, 'sql'>, count: number): Promise<DriftOfRun[]> {
  return sql<DriftOfRun[]>`
    select run_id as "runId", result #>> '{snapshot,instant}' as instant, result #> '{snapshot,drift}' as drift
    from reports join retraining_runs on id = run_id
    where jsonb_typeof(result #> '{snapshot,drift}') = 'object'
    order by started_at desc limit ${count}`
}
