// One run at a time, across machines.
import type { Database } from '../../db/database.ts'

/** An advisory lock of a database session: PostgreSQL releases it when the process ends, even after a crash. */
export interface RunLock {
  /**
   * Acquires the lock again if the session was lost, for example when the database restarted.
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
export async function acquireRunLock(
  database: Pick<Database, 'openSession'>,
  runId: string,
): Promise<RunLock> {
  const session = database.openSession()
  const release = () => session.end({ timeout: 2 })
  try {
    await acquire()
  } catch (error) {
    await release()
    throw error
  }
  return { requireHeld, release }

  /** The application name of the session holds the run id, for the error message of other processes. */
  async function acquire(): Promise<void> {
    await session`select set_config('application_name', ${applicationName + runId}, false)`
    const [row] = await session<
      { acquired: boolean }[]
    >`select pg_try_advisory_lock(hashtext(${lockName})) as acquired`
    if (!row?.acquired) throw new RunInProgressError(await holder())
  }

  async function requireHeld(): Promise<void> {
    const held = await session`
      select 1 from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()`
    if (held.length === 0) await acquire()
  }

  async function holder(): Promise<string | null> {
    const [other] = await session<{ name: string }[]>`
      select application_name as name from pg_stat_activity join pg_locks using (pid)
      where locktype = 'advisory' and granted and application_name like ${`${applicationName}%`}
        and datname = current_database() and pid <> pg_backend_pid()`
    return other?.name.slice(applicationName.length) ?? null
  }
}

const lockName = 'palate retraining'
const applicationName = 'palate retraining '
