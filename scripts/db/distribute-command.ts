import type { Config } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { distribute, requireDistributable } from '../../src/db/distribute.ts'
import { type DistributionPlan, rootTable } from '../../src/db/distribution-plan.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'

/** Shows how the tables are to be distributed, and distributes them with `apply`. */
export async function distributeTables(config: Config, apply: boolean): Promise<Result> {
  const { sql, close } = await openDatabase(config, logLine)
  try {
    const plan = await requireDistributable(sql)
    if (apply) await distribute(sql)
    return formatPlan(plan, apply)
  } finally {
    await close()
  }
}

function formatPlan(plan: DistributionPlan, isApplied: boolean): Result {
  const tables = [
    ...plan.distributed.map(({ name, column, triggers, keyWithoutUser }) => ({
      name,
      kind: 'distributed' as const,
      column,
      colocatedWith: name === rootTable ? null : rootTable,
      droppedTriggers: triggers,
      ...(keyWithoutUser && { primaryKey: [column, ...keyWithoutUser] }),
    })),
    ...plan.reference.map((name) => ({ name, kind: 'reference' as const })),
  ]
  const droppedForeignKeys = plan.droppedForeignKeys.map(({ name, table }) => ({ name, table }))
  const lines = tables.map((table) => {
    if (table.kind === 'reference') return `${table.name}: reference table, on every node`
    const { name, column, colocatedWith, primaryKey, droppedTriggers } = table
    return [
      `${name}: distributed by ${column}`,
      ...(colocatedWith ? [`colocated with ${colocatedWith}`] : []),
      ...(primaryKey ? [`primary key (${primaryKey.join(', ')})`] : []),
      ...(droppedTriggers.length > 0 ? [`without its triggers ${droppedTriggers.join(', ')}`] : []),
    ].join(', ')
  })
  return {
    document: { applied: isApplied, tables, droppedForeignKeys },
    text: [
      ...lines,
      ...droppedForeignKeys.map(({ name, table }) => `${table}: without its foreign key ${name}`),
      'All other tables stay on the coordinator.',
      isApplied
        ? 'The tables are distributed.'
        : 'Nothing has been changed. Stop all services and commands, make a backup, and run it again with --apply.',
    ].join('\n'),
  }
}
