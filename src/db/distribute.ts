import type { Sql, Transaction } from './database.ts'
import { type DistributionPlan, type ForeignKey, planDistribution, rootTable } from './distribution-plan.ts'

/** The tables cannot be distributed; the message says why and what to do. */
export class DistributionError extends Error {
  override readonly name = 'DistributionError'
}

/**
 * @throws DistributionError when the database does not have the extension Citus, when its tables are distributed
 *   already, and when Citus would refuse them
 */
export async function requireDistributable(sql: Sql): Promise<DistributionPlan> {
  const [citus] = await sql`select from pg_extension where extname = 'citus'`
  if (citus === undefined)
    throw new DistributionError(
      'The database does not have the extension Citus. To distribute its tables: install Citus 12 or later on all nodes, add ' +
        "citus to shared_preload_libraries, run CREATE EXTENSION citus in this database on each node, and add the workers with SELECT citus_add_node('host', 5432). " +
        'Without Citus there is nothing to do.',
    )
  if (await isDistributed(sql))
    throw new DistributionError('The tables are distributed already: SELECT * FROM citus_tables lists them.')
  return requirePossible(await planDistribution(sql))
}

/** Whether Citus has distributed the tables. */
export async function isDistributed(sql: Sql): Promise<boolean> {
  const [{ hasCitus }] = await sql<[{ hasCitus: boolean }]>`
    select to_regclass('pg_dist_partition') is not null as "hasCitus"`
  if (!hasCitus) return false
  const rows = await sql`select from pg_dist_partition where logicalrelid = ${rootTable}::regclass`
  return rows.length > 0
}

function requirePossible(plan: DistributionPlan): DistributionPlan {
  if (plan.violations.length === 0) return plan
  throw new DistributionError(`The tables cannot be distributed by user:\n${plan.violations.join('\n')}`)
}

/**
 * Distributes the tables with Citus as planned, all of them or none. Locks them meanwhile, since each row is copied.
 *
 * @throws DistributionError when another plan is needed by now
 */
export async function distribute(sql: Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    // Citus: a transaction that changes reference tables and distributed ones uses one connection per node
    await transaction`select set_config('citus.multi_shard_modify_mode', 'sequential', true)`
    const plan = requirePossible(await planDistribution(transaction))
    await addUserToKeys(transaction, plan)
    for (const { name, triggers } of plan.distributed)
      for (const trigger of triggers)
        await transaction`drop trigger ${transaction(trigger)} on ${transaction(name)}`
    // foreign keys would prescribe the order, and Citus supports none while only one of two tables is distributed
    for (const { table, name } of [...plan.foreignKeys, ...plan.droppedForeignKeys])
      await transaction`alter table ${transaction(table)} drop constraint ${transaction(name)}`
    for (const name of plan.reference) await transaction`select create_reference_table(${name})`
    for (const { name, column } of plan.distributed)
      await transaction`select create_distributed_table(${name}, ${column}, colocate_with => ${name === rootTable ? 'none' : rootTable})`
    for (const key of plan.foreignKeys) await addForeignKey(transaction, key)
  })
}

/** Rows without a user get the empty id, which no user has. */
async function addUserToKeys(transaction: Transaction, { distributed }: DistributionPlan): Promise<void> {
  for (const { name, column, keyWithoutUser } of distributed) {
    if (keyWithoutUser === undefined) continue
    const [table, user, key] = [name, column, `${name}_pkey`].map((identifier) => transaction(identifier))
    const rest = keyWithoutUser.map((other) => transaction`, ${transaction(other)}`)
    await transaction`update ${table!} set ${user!} = '' where ${user!} is null`
    await transaction`
      alter table ${table!} alter ${user!} set not null, drop constraint ${key!},
        add constraint ${key!} primary key (${user!}${rest})`
  }
}

async function addForeignKey(transaction: Transaction, { table, name, definition }: ForeignKey) {
  await transaction`
    alter table ${transaction(table)} add constraint ${transaction(name)} ${transaction.unsafe(definition)}`
}
