// How the tables are spread over the nodes of a Citus cluster: those with a user by the user.
import type { Sql, Transaction } from './database.ts'

export interface DistributionPlan {
  /** `users` first, because the others are colocated with it. */
  readonly distributed: readonly DistributedTable[]
  /** On every node, because distributed tables reference them. */
  readonly reference: readonly string[]
  /** Foreign keys that are dropped for good: Citus supports none to a table that stays on the coordinator. */
  readonly droppedForeignKeys: readonly ForeignKey[]
  /** Foreign keys between tables of the plan, which it keeps. */
  readonly foreignKeys: readonly ForeignKey[]
  /** Why Citus would refuse it, a sentence for each reason. */
  readonly violations: readonly string[]
}

export interface DistributedTable {
  readonly name: string
  /** The column with the user. */
  readonly column: string
  /** Citus supports no triggers on distributed tables. */
  readonly triggers: readonly string[]
  /** The primary key is to have the user before these columns, which it has now. */
  readonly keyWithoutUser?: readonly string[]
}

export interface ForeignKey {
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  readonly references: string
  /** In the order of `columns`. */
  readonly referenced: readonly string[]
  /** As `alter table … add constraint …` takes it. */
  readonly definition: string
}

export const rootTable = 'users'

/** A table whose key gets the user with the distribution, since earlier versions of the service write to the present key. */
const tableWithNewKey = 'feedback'

/** Reads the plan from the catalog, so that it includes tables that were added later. */
export async function planDistribution(sql: Sql | Transaction): Promise<DistributionPlan> {
  const [columns, keys, allForeignKeys, triggers] = await Promise.all([
    readUserColumns(sql),
    readUniqueKeys(sql),
    readForeignKeys(sql),
    readTriggers(sql),
  ])
  const byUser = new Map(columns.map((column) => [column.table, column]))
  const hasTriggers = (table: string) => triggers.some((trigger) => trigger.table === table)
  const reference = referenceTables(allForeignKeys, byUser, hasTriggers)
  const isPlanned = (table: string) => byUser.has(table) || reference.includes(table)
  const planned = allForeignKeys.filter(({ table, references }) => isPlanned(table) || isPlanned(references))
  const droppedForeignKeys = planned.filter(
    ({ table, references }) => byUser.has(table) && !isPlanned(references),
  )
  const foreignKeys = planned.filter(
    ({ table, references }) => isPlanned(table) && (isPlanned(references) || !byUser.has(table)),
  )
  const distributed = columns.map(({ table, column }): DistributedTable => {
    const primary = keys.find((key) => key.table === table && key.isPrimary)
    const needsKey = table === tableWithNewKey && primary !== undefined && !primary.columns.includes(column)
    return {
      name: table,
      column,
      triggers: triggers.filter((trigger) => trigger.table === table).map(({ name }) => name),
      ...(needsKey && { keyWithoutUser: primary.columns }),
    }
  })
  const violations = [
    ...distributed.flatMap((table) => violationsOfKeys(table, keys, byUser.get(table.name)!)),
    ...planned
      .filter((key) => !droppedForeignKeys.includes(key))
      .flatMap((key) => violationsOfForeignKey(key, byUser)),
  ]
  return { distributed, reference, droppedForeignKeys, foreignKeys, violations }
}

interface UserColumn {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly collation: string
  readonly isNullable: boolean
}

interface UniqueKey {
  readonly table: string
  readonly name: string
  readonly columns: readonly string[]
  readonly isPrimary: boolean
}

async function readUserColumns(sql: Sql | Transaction): Promise<UserColumn[]> {
  return [
    ...(await sql<UserColumn[]>`
      select relname::text as table, attname::text as column, format_type(atttypid, atttypmod) as type,
        collname::text as collation, not attnotnull as "isNullable"
      from pg_class join pg_attribute on attrelid = pg_class.oid
      left join pg_collation on pg_collation.oid = attcollation
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and not attisdropped and (attname = 'user_id' or (relname, attname) = (${rootTable}, 'id'))
      order by relname <> ${rootTable}, relname`),
  ]
}

async function readUniqueKeys(sql: Sql | Transaction): Promise<UniqueKey[]> {
  return [
    ...(await sql<UniqueKey[]>`
      select of.relname::text as table, index.relname::text as name, indisprimary as "isPrimary",
        array(
          select attname::text from unnest(indkey::int2[]) with ordinality as key (number, place)
          join pg_attribute on attrelid = indrelid and attnum = number
          where place <= indnkeyatts order by place
        ) as columns
      from pg_index join pg_class of on of.oid = indrelid join pg_class index on index.oid = indexrelid
      where of.relnamespace = 'public'::regnamespace and (indisunique or indisexclusion)
      order by 1, 2`),
  ]
}

async function readForeignKeys(sql: Sql | Transaction): Promise<ForeignKey[]> {
  return [
    ...(await sql<ForeignKey[]>`
      select conname::text as name, of.relname::text as table, other.relname::text as references,
        array(
          select attname::text from unnest(conkey) with ordinality as key (number, place)
          join pg_attribute on attrelid = conrelid and attnum = number order by place
        ) as columns,
        array(
          select attname::text from unnest(confkey) with ordinality as key (number, place)
          join pg_attribute on attrelid = confrelid and attnum = number order by place
        ) as referenced,
        pg_get_constraintdef(pg_constraint.oid) as definition
      from pg_constraint join pg_class of on of.oid = conrelid join pg_class other on other.oid = confrelid
      where contype = 'f' and conparentid = 0 and of.relnamespace = 'public'::regnamespace
      order by 2, 1`),
  ]
}

async function readTriggers(
  sql: Sql | Transaction,
): Promise<{ readonly table: string; readonly name: string }[]> {
  return [
    ...(await sql<{ table: string; name: string }[]>`
      select relname::text as table, tgname::text as name
      from pg_trigger join pg_class on pg_class.oid = tgrelid
      where not tgisinternal and relnamespace = 'public'::regnamespace order by 1, 2`),
  ]
}

/** Tables that distributed ones reference, and those that reference these; without those whose triggers must remain. */
function referenceTables(
  foreignKeys: readonly ForeignKey[],
  byUser: ReadonlyMap<string, UserColumn>,
  hasTriggers: (table: string) => boolean,
): string[] {
  const found = new Set<string>()
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const { table, references } of foreignKeys) {
      if (byUser.has(table) || found.has(table)) add(references)
      if (found.has(references)) add(table)
    }
  }
  return [...found].sort()

  function add(table: string): void {
    if (!byUser.has(table) && !hasTriggers(table)) found.add(table)
  }
}

function violationsOfKeys(
  { name, column, keyWithoutUser }: DistributedTable,
  keys: readonly UniqueKey[],
  { type, collation, isNullable }: UserColumn,
): string[] {
  const own = keys.filter(({ table }) => table === name)
  const violations = own
    .filter((key) => !key.columns.includes(column) && !(key.isPrimary && keyWithoutUser))
    .map((key) => `The unique index ${key.name} of ${name} does not have the column ${column}.`)
  // Citus routes a row by its user, and tables are colocated only if their columns have the same type and collation
  if (isNullable && keyWithoutUser === undefined) violations.push(`${name}.${column} may be null.`)
  if (type !== 'text' || collation !== 'C')
    violations.push(`${name}.${column} has the type ${type} collate ${collation}, and not text collate C.`)
  return violations
}

function violationsOfForeignKey(
  { name, table, columns, references, referenced }: ForeignKey,
  byUser: ReadonlyMap<string, UserColumn>,
): string[] {
  const [from, to] = [byUser.get(table), byUser.get(references)]
  if (to === undefined) return []
  const place = from === undefined ? -1 : columns.indexOf(from.column)
  return place >= 0 && referenced[place] === to.column
    ? []
    : [`The foreign key ${name} of ${table} references ${references} without the user.`]
}
