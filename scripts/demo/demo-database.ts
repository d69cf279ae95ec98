import type { Config } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { siblingDatabase } from '../../src/db/sibling-database.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'

export interface DemoDatabase {
  readonly database: Database
  /** The name of a separate database; undefined if it is the configured one. */
  readonly separateName: string | undefined
}

/**
 * The configured database if it is empty or holds the same ratings; else a separate database on the same server, so that
 * other ratings are not mixed with the demo's.
 */
export async function openDemoDatabase(
  config: Config,
  ratings: Interactions,
  dataName: string,
  log: (line: string) => void,
): Promise<DemoDatabase> {
  const configured = await openDatabase(config, log)
  if (await isEmptyOrHolds(configured, ratings)) return { database: configured, separateName: undefined }
  await configured.close()
  const server = config.databaseUrl ?? (await startEmbeddedPostgres(config.home)).url
  const name = `palate_demo_${dataName.replace(/\W+/g, '_').toLowerCase()}`.slice(0, 60)
  log(`The configured database holds other ratings; the demo uses the database ${name} on the same server.`)
  const url = await siblingDatabase(server, name)
  return { database: await openDatabase({ ...config, databaseUrl: url }, log), separateName: name }
}

async function isEmptyOrHolds({ sql }: Database, ratings: Interactions): Promise<boolean> {
  const [row] = await sql<{ count: number }[]>`select count(*) as count from ratings`
  if (row!.count === 0) return true
  if (row!.count !== ratings.matrix.values.length) return false
  return fingerprint(await loadInteractions(sql)) === fingerprint(ratings)
}
