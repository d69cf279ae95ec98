// One run at a time, whichever machines they are started on.
import type { Database } from '../../db/database.ts'

/** The right to run, held by a session of the database: it ends with the process, however that ends. */
export interface RunLock {
  /**
   * Takes it anew where the session was lost, as when the database was restarted.
   *
   * @throws RunInProgressError when somebody else has taken it meanwhile
   */
  requireHeld(): Promise<void>
  release(): Promise<void>
}

/** Another run holds the lock. */
export class RunInProgressError extends Error {
  override readonly name = 'RunInProgressError'
  /** Null where it could not be found out. */
  readonly runId: string | null

  constructor(runId: string | null) {
    super(
      `Another retraining is running, ${runId === null ? 'one that has just begun' : `run ${runId}`}: wait for its end, or end it with Ctrl-C where it was started`,
    )
    this.runId = runId
  }
}

/** @throws RunInProgressError */
export async function takeRunLock(database: Pick<Database, 'openSession'>, runId: string): Promise<RunLock> {
  const session = database.openSession()
  const release = () => session.end({ timeout: 2 })
  try {
    await take()
  } catch (error) {
    await release()
    throw error
  }
  return { requireHeld, release }

  /** The session says whose it is, for whoever comes in vain. */
  async function take(): Promise<void> {
    await session`select set_config('application_name', ${applicationName + runId}, false)`
    const [row] = await session<
      { taken: boolean }[]
    >`select pg_try_advisory_lock(hashtext(${lockName})) as taken`
    if (!row?.taken) throw new RunInProgressError(await holder())
  }

  async function requireHeld(): Promise<void> {
    const held = await session`
      select 1 from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()`
    if (held.length === 0) await take()
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
