import type { Sql } from '../db/database.ts'
import { isDistributed } from '../db/distribute.ts'

export interface PrunedExperiments {
  /** Experiments whose exposures are deleted. */
  readonly experiments: readonly string[]
  readonly exposures: number
  readonly feedback: number
}

/**
 * Deletes the exposures of experiments that were stopped more than `seconds` ago, and feedback that is older and that no
 * other experiment uses. An experiment keeps all of its exposures or none, because a part of them would give
 * other estimates. Rows are deleted in many short transactions, while the service runs; after an interruption it
 * can be repeated.
 */
export async function pruneExperiments(sql: Sql, seconds: number): Promise<PrunedExperiments> {
  const ended = await sql<{ name: string }[]>`
    select name from experiments where stopped_at < now() - make_interval(secs => ${seconds}) order by name`
  const names = ended.map(({ name }) => name)
  const [{ before }] = await sql<[{ before: Date }]>`
    select least(
      now() - make_interval(secs => ${seconds}),
      min(coalesce(started_at, now()) - make_interval(days => (definition ->> 'preExperimentDays')::integer, mins => 1))
    ) as before
    from experiments where not name = any(${names})`
  const remove = (await isDistributed(sql)) ? deleteAtOnce : deleteInBlocks
  const exposures = await remove(sql, 'exposures', sql`experiment = any(${names})`)
  const feedback = await remove(sql, 'feedback', sql`at < ${before}`)
  return { experiments: names, exposures, feedback }
}

type LoggedTable = 'exposures' | 'feedback'

/** A distributed table has no blocks at the coordinator. */
async function deleteAtOnce(sql: Sql, table: LoggedTable, condition: ReturnType<Sql>): Promise<number> {
  return (await sql`delete from ${sql(table)} where ${condition}`).count
}

/**
 * Goes once through the table in the order of its blocks: no index is needed, and what was deleted before is not read
 * again. Rows that are added meanwhile are not old.
 */
async function deleteInBlocks(sql: Sql, table: LoggedTable, condition: ReturnType<Sql>): Promise<number> {
  const [{ blocks }] = await sql<[{ blocks: number }]>`
    select pg_relation_size(${table}::regclass) / current_setting('block_size')::bigint as blocks`
  let deleted = 0
  for (let block = 0; block < blocks; block += blocksPerStatement) {
    const { count } = await sql`
      delete from ${sql(table)}
      where ctid >= ${`(${block},0)`}::tid and ctid < ${`(${block + blocksPerStatement},0)`}::tid and ${condition}`
    deleted += count
  }
  return deleted
}

/** 8 MB. */
const blocksPerStatement = 1000
