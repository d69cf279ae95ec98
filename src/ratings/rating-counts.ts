// How many ratings there are, for pages that cannot wait until millions are counted.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql, Transaction } from '../db/database.ts'
import type { EventCounts } from './batches.ts'
import { type Activity, countActivity } from './postgres-activity.ts'
import { countEvents } from './postgres-batches.ts'
import { countValues, type ValueBin } from './postgres-value-counts.ts'

/** The ratings as they were counted at one moment. */
export interface RatingCounts {
  readonly countedAt: Date
  /** By the id of the batch. */
  readonly batches: ReadonlyMap<number, EventCounts>
  /** All current ratings by value. */
  readonly values: readonly ValueBin[]
  readonly activity: Activity
}

export interface LatestRatingCounts {
  /**
   * Counts that include every import and every change of a batch. Other changes are counted after a minute, or after
   * twenty times the duration of a count if that is longer. If counting takes longer than two seconds, the previous
   * counts; null if there are none.
   */
  latest(): Promise<RatingCounts | null>
}

/** Counts when they are requested, in the background where they need not be exact. */
export function createRatingCounts({ sql }: { readonly sql: Sql }): LatestRatingCounts {
  let counted: Counted | null = null
  let counting: Promise<Counted> | null = null
  function count(): Promise<Counted> {
    counting ??= read(sql).finally(() => {
      counting = null
    })
    return counting.then((done) => {
      counted = done
      return done
    })
  }
  async function catchUp(batches: string): Promise<void> {
    // one that had begun before may lack the latest batch
    if ((await count()).state !== batches) await count()
  }
  return {
    latest: async () => {
      const state = await stateOfBatches(sql)
      if (counted?.state !== state) await Promise.race([catchUp(state), sleep(maxWaitMs)])
      else if (Date.now() - counted.countedAt.getTime() > intervalMs(counted)) count().catch(() => {})
      return counted
    },
  }
}

interface Counted extends RatingCounts {
  /** Of the batches. */
  readonly state: string
  readonly seconds: number
}

const maxWaitMs = 2000

function intervalMs({ seconds }: Counted): number {
  return 1000 * Math.max(60, 20 * seconds)
}

/** All at the same moment. */
async function read(sql: Sql): Promise<Counted> {
  const start = performance.now()
  const counts = await sql.begin('isolation level repeatable read read only', async (transaction) => {
    // statements of a service end after seconds, which are too few for large tables
    await transaction`set local statement_timeout = '5min'`
    const state = await stateOfBatches(transaction)
    const [{ countedAt }] = await transaction<[{ countedAt: Date }]>`select now() as "countedAt"`
    const batches = await countEvents(transaction)
    const values = await countValues(transaction, 'ratings')
    return { state, countedAt, batches, values, activity: await countActivity(transaction) }
  })
  return { ...(counts as Omit<Counted, 'seconds'>), seconds: (performance.now() - start) / 1000 }
}

/** Changes with every import and with every change of a batch. */
async function stateOfBatches(sql: Sql | Transaction): Promise<string> {
  const [{ state }] = await sql<[{ state: string }]>`
    select concat_ws(' ', count(*), max(id), max(changed_at)) as state from rating_batches`
  return state
}
