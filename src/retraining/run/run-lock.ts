// One run at a time, across machines.
import type { Sql } from '../../db/database.ts'
import { type HeldLock, holdLock } from '../../db/held-lock.ts'

/** PostgreSQL releases it when the process ends, even after a crash. */
export interface RunLock {
  /**
   * Acquires the lock again if its connection was lost, for example when the database restarted.
   *
   * @throws RunInProgressError if another run has acquired it in the meantime
   */
  requireHeld(): Promise<void>
  release(): Promise<void>
}

/** Another run holds the lock. */
export class RunInProgressError extends Error {
  override readonly name = 'RunInProgressError'
  /** Null if unknown. */
  readonly runId: string | null

  constructor(runId: string | null) {
    super(
      `Another retraining is running, ${runId === null ? 'one that has just started' : `run ${runId}`}: wait for it to finish, or stop it with Ctrl-C in its terminal`,
    )
    this.runId = runId
  }
}

/** @throws RunInProgressError */
export async function acquireRunLock(sql: Sql, runId: string): Promise<RunLock> {
  let lock = await acquire()
  return {
    async requireHeld() {
      if (lock.lost.aborted) lock = await acquire()
    },
    release: () => lock.release(),
  }

  /** The application name of the connection holds the run id, for the error message of other processes. */
  async function acquire(): Promise<HeldLock> {
    const held = await holdLock(sql, async (transaction) => {
      await transaction`select set_config('application_name', ${applicationName + runId}, true)`
      const [row] = await transaction<[{ acquired: boolean }]>`
        select pg_try_advisory_xact_lock(hashtext(${lockName})) as acquired`
      return row.acquired
    })
    if (held === undefined) throw new RunInProgressError(await holder(sql))
    return held
  }
}

async function holder(sql: Sql): Promise<string | null> {
  const [other] = await sql<{ name: string }[]>`
    select application_name as name from pg_stat_activity join pg_locks using (pid)
    where locktype = 'advisory' and granted and application_name like ${`${applicationName}%`}
      and datname = current_database()`
  return other?.name.slice(applicationName.length) ?? null
}

/** The condition that a process holds the lock; without one, a run that is recorded as running was killed. */
export function isRunLockHeld(sql: Sql) {
  // a key of 64 bits is stored as two halves
  return sql`exists (
    select from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and (classid::int8 << 32) | objid::int8 = hashtext(${lockName}))`
}

const lockName = 'palate retraining'
const applicationName = 'palate retraining '
