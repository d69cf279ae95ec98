// Whether the process of a training is alive: it holds a lock of a session, which PostgreSQL releases with the process.
import type { Database, Sql } from '../db/database.ts'

export interface TrainingLock {
  /** Acquires the lock again if the session was lost, for example when the database restarted. */
  renew(): Promise<void>
  release(): Promise<void>
}

export async function lockTraining(
  { openSession }: Pick<Database, 'openSession'>,
  trainingId: string,
): Promise<TrainingLock> {
  const session = openSession()
  const release = () => session.end({ timeout: 2 })
  const renew = async () => {
    await session`
      select pg_advisory_lock(${keyOf(session, session`${trainingId}::text`)})
      where not exists (
        select from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()
      )`
  }
  try {
    await renew()
  } catch (error) {
    await release()
    throw error
  }
  return { renew, release }
}

/** The condition that no process holds the lock of a row of `training_runs`. */
export function isUnlocked(sql: Sql) {
  return sql`pg_try_advisory_xact_lock_shared(${keyOf(sql, sql`training_runs.id::text`)})`
}

function keyOf(sql: Sql, id: ReturnType<Sql>) {
  return sql`hashtextextended('palate training ' || ${id}, 0)`
}
