import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Config } from '../config/config.ts'
import { agreeOnSession, ServerSettingsError } from './agree-on-session.ts'
import { explainConnectionError } from './connection-errors.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { openPool } from './pool.ts'
import { directSession, type Session } from './session.ts'
import type { Fragment, Sql, Transaction } from './sql.ts'

/**
 * An open database with the current schema: a pool of connections with two interfaces.
 *
 * `sql` is the tagged template for SQL written as SQL. It gives `bigint` as a number and times as `Date`; streams go
 * through ``await sql`copy … from stdin`.writable()`` and ``await sql`copy … to stdout`.readable()``. `db` is the
 * same pool for Drizzle's query builder.
 */
export interface Database {
  readonly sql: Sql
  readonly db: PostgresJsDatabase
  /** Waits up to two seconds for running statements. */
  close(): Promise<void>
}

export interface StatementLimits {
  /** The server cancels a statement after this time; unlimited by default. */
  readonly statementTimeoutMs?: number
}

export type { Fragment, Sql, Transaction }

/**
 * Opens the database at `databaseUrl`, or the embedded one of `home`, which is started if necessary, and updates its
 * schema. Calls `log` with a line for each slow step. Throws an error with one sentence on how to fix it if the server
 * cannot be used.
 */
export async function openDatabase(
  { databaseUrl, home }: Pick<Config, 'databaseUrl' | 'home'>,
  say?: (line: string) => void,
  limits?: StatementLimits,
): Promise<Database> {
  const url = databaseUrl ?? (await startEmbeddedPostgres(home, say)).url
  try {
    const session = databaseUrl ? await agreeOnSession(url) : directSession
    await migrate(url, session)
    return connect(url, limits, session)
  } catch (error) {
    if (error instanceof ServerSettingsError) throw error
    const { message } = error as Error
    const explanation = databaseUrl
      ? explainConnectionError(error as Error, databaseUrl)
      : `The embedded PostgreSQL of ${home} cannot be used: ${message}. Try again: a busy machine may respond too slowly.`
    throw new Error(explanation, { cause: error })
  }
}

/** The database at `url`, whose schema must be current. Connects on first use. */
export function connect(
  url: string,
  { statementTimeoutMs }: StatementLimits = {},
  session = directSession,
): Database {
  const settings = withTimeout(session, statementTimeoutMs)
  const sql = openPool(url, poolSize, { ...session, settings })
  return { sql, db: drizzleBeside(sql), close: () => sql.end({ timeout: 2 }) }
}

/** A pooler does not forward the timeout of statements. */
function withTimeout({ settings }: Session, statementTimeoutMs: number | undefined): Session['settings'] {
  const isForwarded = 'statement_timeout' in settings
  return statementTimeoutMs !== undefined && isForwarded
    ? { ...settings, statement_timeout: String(statementTimeoutMs) }
    : settings
}

const poolSize = 10

/**
 * Drizzle disables the driver's conversion of times and JSON for the whole pool, since it converts them itself. This
 * restores the conversion, for both interfaces: Drizzle accepts a `Date` as well as text, and its JSON is text already.
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

/** PostgreSQL's type numbers of json and jsonb. */
const jsonTypes = [114, 3802]
