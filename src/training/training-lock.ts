// Whether the process of a training is alive: it holds a lock, which PostgreSQL releases with the process.
import type { Sql } from '../db/database.ts'
import { type HeldLock, holdLock } from '../db/held-lock.ts'

export interface TrainingLock {
  /** Acquires the lock again if its connection was lost, for example when the database restarted. */
  renew(): Promise<void>
  release(): Promise<void>
}

export async function lockTraining(sql: Sql, trainingId: string): Promise<TrainingLock> {
  let lock: HeldLock | undefined
  const renew = async () => {
    if (lock && !lock.lost.aborted) return
    lock = await holdLock(sql, async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${keyOf(sql, sql`${trainingId}::text`)})`
      return true
    })
  }
  await renew()
  return { renew, release: async () => lock?.release() }
}

/** The condition that no process holds the lock of a row of `training_runs`. */
export function isUnlocked(sql: Sql) {
  return sql`pg_try_advisory_xact_lock_shared(${keyOf(sql, sql`training_runs.id::text`)})`
}

function keyOf(sql: Sql, id: ReturnType<Sql>) {
  return sql`hashtextextended('palate training ' || ${id}, 0)`
}
