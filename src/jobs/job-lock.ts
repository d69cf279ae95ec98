// The lock of an active job: it is held as long as the worker's process is alive.
import type { Sql } from '../db/database.ts'

export interface JobLock {
  /** Aborts with the given signal, or if the connection that holds the lock is lost. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

/**
 * Locks a job in a separate transaction, which PostgreSQL ends with the process. Undefined if another worker holds the
 * lock.
 */
export async function lockJob(sql: Sql, id: string, interrupted: AbortSignal): Promise<JobLock | undefined> {
  const lost = new AbortController()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let held: Promise<unknown> = Promise.resolve()
  const locked = await new Promise<boolean>((resolve, reject) => {
    held = sql.begin(async (transaction) => {
      // a machine that disappears is detected within a minute
      await transaction`select set_config('idle_in_transaction_session_timeout', '0', true),
        set_config('tcp_keepalives_idle', '20', true), set_config('tcp_keepalives_interval', '10', true),
        set_config('tcp_keepalives_count', '3', true)`
      const [row] = await transaction<[{ locked: boolean }]>`
        select pg_try_advisory_xact_lock(hashtextextended('palate job ' || ${id}, 0)) as locked`
      resolve(row.locked)
      if (row.locked) await released
    })
    held.catch((cause: Error) => {
      reject(cause)
      lost.abort(new Error('The connection that held the job was lost', { cause }))
    })
  })
  if (!locked) return undefined
  return {
    signal: AbortSignal.any([interrupted, lost.signal]),
    async release() {
      release()
      await held.catch(() => {})
    },
  }
}
