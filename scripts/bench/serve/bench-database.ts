import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../../src/config/config.ts'
import { connect, type Database, openDatabase } from '../../../src/db/database.ts'
import { startEmbeddedPostgres } from '../../../src/db/embedded-postgres.ts'
import { siblingDatabase } from '../../../src/db/sibling-database.ts'

/** A database next to the configured one and a data folder for the benchmark; `remove` deletes both. */
export async function createBenchDatabase(config: Config): Promise<{
  readonly database: Database
  readonly url: string
  readonly home: string
  remove(): Promise<void>
}> {
  const server = config.databaseUrl ?? (await startEmbeddedPostgres(config.home)).url
  const name = `palate_bench_${process.pid}`
  const url = await siblingDatabase(server, name)
  const home = await mkdtemp(join(tmpdir(), 'palate-bench-'))
  const database = await openDatabase({ databaseUrl: url, home })
  const remove = async () => {
    await database.close()
    const { sql, close } = connect(server)
    await sql`drop database ${sql(name)} with (force)`
    await close()
    await rm(home, { recursive: true })
  }
  return { database, url, home, remove }
}
