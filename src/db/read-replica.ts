// A streaming replica of the database, for reading, and up to when it has the changes of the primary server.
import { setTimeout as sleep } from 'node:timers/promises'
import { agreeOnSession } from './agree-on-session.ts'
import { connect, type Database, type Sql } from './database.ts'

export interface ReplicaState {
  readonly database: Database
  /** The replica has all changes that were committed before this time, by `performance.now()`. */
  readonly includesUntil: number
}

export interface ReadReplica {
  /** Undefined while the replica cannot be used. */
  state(): ReplicaState | undefined
  /** Stops using the replica until it is reached again. */
  reportFailure(error: unknown): void
  close(): Promise<void>
}

export interface ReplicaObserver {
  /** The replica can be used again, or cannot for the reason `error`. */
  replicaChanged(error: unknown): void
}

/**
 * Follows the replica at `url` of the server of `primary`. Several times a second it asks the primary for its position in the
 * write-ahead log, and waits until the replica has replayed the log up to there. While the replica cannot be reached,
 * is far behind or is not one of this server, `state` is undefined or old, and the observer is told why.
 */
export function openReadReplica(url: string, primary: Sql, observer: ReplicaObserver): ReadReplica {
  const closing = new AbortController()
  let database: Database | undefined
  let includesUntil: number | undefined
  let problem: string | undefined

  const setProblem = (error: unknown) => {
    includesUntil = undefined
    const message = (error as Error).message
    if (message !== problem && !closing.signal.aborted) observer.replicaChanged(error)
    problem = message
  }
  const open = async () => {
    const session = await agreeOnSession(url)
    closing.signal.throwIfAborted()
    return connect(url, { statementTimeoutMs }, session)
  }
  const follow = async () => {
    while (!closing.signal.aborted) {
      try {
        database ??= await open()
        includesUntil = await replayedUntil(primary, database.sql, closing.signal)
        if (problem !== undefined) observer.replicaChanged(undefined)
        problem = undefined
      } catch (error) {
        setProblem(error)
      }
      await sleep(intervalMs, undefined, { signal: closing.signal, ref: false }).catch(() => {})
    }
  }
  void follow()

  return {
    state: () => (database && includesUntil !== undefined ? { database, includesUntil } : undefined),
    reportFailure: setProblem,
    // a server that does not respond would never let a query end
    close: async () => {
      closing.abort()
      await database?.close()
    },
  }
}

/** A time of this process before which all changes are in the replica. Waits while the replica is behind. */
async function replayedUntil(primary: Sql, replica: Sql, signal: AbortSignal): Promise<number> {
  const askedAt = performance.now()
  // not the position that is written: with synchronous_commit = off a commit is visible before it is written
  const [{ lsn, system }] = await primary<[{ lsn: string; system: string }]>`
    select pg_current_wal_insert_lsn()::text as lsn, system_identifier::text as system from pg_control_system()`
  for (;;) {
    const [state] = await replica<[{ system: string; isReplica: boolean; hasReplayed: boolean | null }]>`
      select system_identifier::text as system, pg_is_in_recovery() as "isReplica",
        pg_last_wal_replay_lsn() >= ${lsn}::pg_lsn as "hasReplayed"
      from pg_control_system()`
    if (state.system !== system || !state.isReplica)
      throw new Error('it is not a streaming replica of the server in DATABASE_URL')
    if (state.hasReplayed) return askedAt
    await sleep(pollMs, undefined, { signal, ref: false })
  }
}

const intervalMs = 250
const pollMs = 50

/** A read that takes longer is done on the primary server. */
export const statementTimeoutMs = 1000
