import type { Sql } from '../db/database.ts'

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
export async function pruneExperiments(
  sql: Sql,
  seconds: number,
  signal?: AbortSignal,
): Promise<PrunedExperiments> {
  const ended = await sql<{ name: string }[]>`
    select name from experiments where stopped_at < now() - make_interval(secs => ${seconds}) order by name`
  const names = ended.map(({ name }) => name)
  const [{ before }] = await sql<[{ before: Date }]>`
    select least(
      now() - make_interval(secs => ${seconds}),
      min(coalesce(started_at, now()) - make_interval(days => (definition ->> 'preExperimentDays')::integer))
    ) as before
    from experiments where not name = any(${names})`
  const exposures = await deleteInBlocks(sql, 'exposures', sql`experiment = any(${names})`, signal)
  const feedback = await deleteInBlocks(sql, 'feedback', sql`at < ${before}`, signal)
  return { experiments: names, exposures, feedback }
}

/**
 * Goes once through the table in the order of its blocks: no index is needed, and what was deleted before is not read
 * again. Rows that are added meanwhile are not old.
 */
async function deleteInBlocks(
  sql: Sql,
  table: 'exposures' | 'feedback',
  condition: ReturnType<Sql>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const [{ blocks }] = await sql<[{ blocks: number }]>`
    select pg_relation_size(${table}::regclass) / current_setting('block_size')::bigint as blocks`
  let deleted = 0
  for (let block = 0; block < blocks; block += blocksPerStatement) {
    signal?.throwIfAborted()
    const { count } = await sql`
      delete from ${sql(table)}
      where ctid >= ${`(${block},0)`}::tid and ctid < ${`(${block + blocksPerStatement},0)`}::tid and ${condition}`
    deleted += count
  }
  return deleted
}

/** 8 MB. */
const blocksPerStatement = 1000
