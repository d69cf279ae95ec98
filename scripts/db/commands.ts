import type { Config } from '../../src/config/config.ts'
import { explainConnectionError } from '../../src/db/connection-errors.ts'
import { connect, openDatabase } from '../../src/db/database.ts'
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '../../src/db/embedded-postgres.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'

export interface DatabaseState extends Result {
  /** Whether the database cannot be reached. */
  readonly isAway?: boolean
}

export async function start({ home }: Config): Promise<DatabaseState> {
  return formatServer(await startEmbeddedPostgres(home, logLine))
}

export async function stop({ home }: Config): Promise<DatabaseState> {
  const stopped = await stopEmbeddedPostgres(home)
  return { text: stopped ? 'PostgreSQL is stopped.' : 'PostgreSQL was not running.', document: { stopped } }
}

export async function probe({ databaseUrl, home }: Config): Promise<DatabaseState> {
  if (databaseUrl) return probeServer(databaseUrl)
  const server = await findEmbeddedPostgres(home)
  return server ? formatServer(server) : away('PostgreSQL is not running.')
}

export async function urlOf({ databaseUrl, home }: Config): Promise<DatabaseState> {
  const url = databaseUrl ?? (await startEmbeddedPostgres(home, logLine)).url
  return { text: url, document: { url } }
}

export async function migrate(config: Config): Promise<DatabaseState> {
  const database = await openDatabase(config, logLine)
  await database.close()
  return { text: 'The schema is up to date.', document: { migrated: true } }
}

function formatServer({ pid, port, folder }: EmbeddedPostgres): DatabaseState {
  return {
    text: `PostgreSQL is running on port ${port} as process ${pid}, with its data in ${folder}.`,
    document: { running: true, pid, port, folder },
  }
}

function away(reason: string): DatabaseState {
  return { text: reason, document: { running: false, reason }, isAway: true }
}

async function probeServer(databaseUrl: string): Promise<DatabaseState> {
  const { sql, close } = connect(databaseUrl)
  try {
    const [{ version }] = await sql<
      [{ version: string }]
    >`select current_setting('server_version') as version`
    const { host } = new URL(databaseUrl)
    return {
      text: `PostgreSQL ${version} is running at ${host}.`,
      document: { running: true, version, host },
    }
  } catch (error) {
    return away(explainConnectionError(error as Error, databaseUrl))
  } finally {
    await close()
  }
}
