// The lock of an active job: it is held as long as the worker's process is alive.
import type { Sql } from '../db/database.ts'
import { holdLock } from '../db/held-lock.ts'

export interface JobLock {
  /** Aborts with the given signal, or if the connection that holds the lock is lost. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

/** Undefined if another worker holds the lock. */
export async function lockJob(sql: Sql, id: string, interrupted: AbortSignal): Promise<JobLock | undefined> {
  const lock = await holdLock(sql, async (transaction) => {
    const [row] = await transaction<[{ locked: boolean }]>`
      select pg_try_advisory_xact_lock(hashtextextended('palate job ' || ${id}, 0)) as locked`
    return row.locked
  })
  return lock && { signal: AbortSignal.any([interrupted, lock.lost]), release: lock.release }
}
