import type { Config } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { siblingDatabase } from '../../src/db/sibling-database.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'

export interface DemoDatabase {
  readonly database: Database
  /** Its name where it is the demo's own; undefined where it is the one that scripts use anyway. */
  readonly ownName: string | undefined
}

/**
 * The configured database where it is empty or holds these very ratings; else one of the demo's own beside it, so that
 * nobody's ratings are mixed with others.
 */
export async function openDemoDatabase(
  config: Config,
  ratings: Interactions,
  dataName: string,
  say: (line: string) => void,
): Promise<DemoDatabase> {
  const configured = await openDatabase(config, say)
  if (await isEmptyOrHolds(configured, ratings)) return { database: configured, ownName: undefined }
  await configured.close()
  const server = config.databaseUrl ?? (await startEmbeddedPostgres(config.home)).url
  const name = `palate_demo_${dataName.replace(/\W+/g, '_').toLowerCase()}`.slice(0, 60)
  say(`The configured database holds other ratings; the demo uses ${name} beside it.`)
  const url = await siblingDatabase(server, name)
  return { database: await openDatabase({ ...config, databaseUrl: url }, say), ownName: name }
}

async function isEmptyOrHolds({ sql }: Database, ratings: Interactions): Promise<boolean> {
  const [row] = await sql<{ count: number }[]>`select count(*) as count from ratings`
  if (row!.count === 0) return true
  if (row!.count !== ratings.matrix.values.length) return false
  return fingerprint(await loadInteractions(sql)) === fingerprint(ratings)
}
