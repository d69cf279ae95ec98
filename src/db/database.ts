import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Config } from '../config/config.ts'
import { explainConnectionError } from './connection-errors.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { openPool, type Sql, type Transaction } from './pool.ts'

/**
 * An open database with the schema of this code: a pool of connections, seen in two ways.
 *
 * `sql` is the tagged template for SQL written as SQL. It gives `bigint` as a number and times as `Date`; streams go
 * through ``await sql`copy … from stdin`.writable()`` and ``await sql`copy … to stdout`.readable()``. `db` is the
 * same pool for Drizzle's query builder.
 */
export interface Database {
  readonly sql: Sql
  readonly db: PostgresJsDatabase
  /** One connection apart from the pool, for what belongs to a session, such as its locks; its owner ends it. */
  openSession(): Sql
  /** Waits up to two seconds for what is under way. */
  close(): Promise<void>
}

export interface StatementLimits {
  /** Milliseconds after which the server ends a statement; never where left out. */
  readonly longestStatement?: number
}

export type { Sql, Transaction }

/**
 * Opens the database that `databaseUrl` names, else the embedded one of `home`, started where it does not run, and
 * brings its schema up to date. `say` is given a line for whatever takes time. Throws an error of one sentence that
 * says how to mend it where the server cannot be used.
 */
export async function openDatabase(
  { databaseUrl, home }: Pick<Config, 'databaseUrl' | 'home'>,
  say?: (line: string) => void,
  limits?: StatementLimits,
): Promise<Database> {
  const url = databaseUrl ?? (await startEmbeddedPostgres(home, say)).url
  await migrate(url).catch((error: Error) => {
    const explanation = databaseUrl
      ? explainConnectionError(error, databaseUrl)
      : `The embedded PostgreSQL of ${home} cannot be used: ${error.message}. Try again, for a busy machine is slow to answer.`
    throw new Error(explanation, { cause: error })
  })
  return connect(url, limits)
}

/** The database at `url`, with its schema taken for granted. Connects only when it is first asked something. */
export function connect(url: string, { longestStatement }: StatementLimits = {}): Database {
  const sql = openPool(url, poolSize, longestStatement)
  return {
    sql,
    db: drizzleBeside(sql),
    openSession: () => openPool(url, 1),
    close: () => sql.end({ timeout: 2 }),
  }
}

const poolSize = 10

/**
 * Drizzle turns off the driver's conversion of times and JSON for the whole pool, since it converts them itself. Put
 * back so that both live together: Drizzle takes a `Date` as well as text, and JSON that it has made is text.
 */
function drizzleBeside(sql: Sql): PostgresJsDatabase {
  const { parsers, serializers } = sql.options
  const own = { parsers: { ...parsers }, serializers: { ...serializers } }
  const db = drizzle(sql)
  Object.assign(parsers, own.parsers)
  Object.assign(serializers, own.serializers)
  for (const type of jsonTypes) {
    serializers[type] = (value) => (typeof value === 'string' ? value : JSON.stringify(value))
  }
  return db
}

/** The numbers PostgreSQL has for json and jsonb. */
const jsonTypes = [114, 3802]
