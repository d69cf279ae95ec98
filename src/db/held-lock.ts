import type { Sql, Transaction } from './sql.ts'

/** A lock that PostgreSQL releases when it is released here, or when the process or its connection ends. */
export interface HeldLock {
  /** Aborts when the connection is lost, and the lock with it. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/**
 * Holds the locks that `acquire` takes, in a transaction that remains open: behind a pooler, a lock of a session would be
 * that of another client's next statement. Undefined if `acquire` returns false.
 */
export async function holdLock(
  sql: Sql,
  acquire: (transaction: Transaction) => Promise<boolean>,
): Promise<HeldLock | undefined> {
  const lost = new AbortController()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let held: Promise<unknown> = Promise.resolve()
  const acquired = await new Promise<boolean>((resolve, reject) => {
    held = sql.begin(async (transaction) => {
      // a machine that disappears is detected within a minute
      await transaction`select set_config('idle_in_transaction_session_timeout', '0', true),
        set_config('tcp_keepalives_idle', '20', true), set_config('tcp_keepalives_interval', '10', true),
        set_config('tcp_keepalives_count', '3', true)`
      const isAcquired = await acquire(transaction)
      resolve(isAcquired)
      if (isAcquired) await released
    })
    held.catch((cause: Error) => {
      reject(cause)
      lost.abort(new Error('The connection that held the lock was lost', { cause }))
    })
  })
  if (!acquired) return undefined
  return {
    lost: lost.signal,
    async release() {
      release()
      await held.catch(() => {})
    },
  }
}
