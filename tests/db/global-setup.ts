// Before all tests: one real PostgreSQL, in a folder of its own, with a template that has the schema, and the programs
// that tests start.
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { migrate } from '../../src/db/migrate.ts'
import { compilePrograms, programsFolder } from '../compile-programs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/**
 * Tests never touch the database that DATABASE_URL names: the variable is taken away. TEST_DATABASE_URL may name a
 * server on which they make and drop databases of their own, to try another version of PostgreSQL.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  delete process.env.DATABASE_URL
  const home = await mkdtemp(join(await parentFolder(), 'palate-test-'))
  // Open to be passed through: as root the server runs as another user.
  await chmod(home, 0o755)
  const [url] = await Promise.all([
    process.env.TEST_DATABASE_URL ?? startEmbeddedPostgres(home).then(({ url }) => url),
    compilePrograms(),
  ])
  const template = `palate_template_${process.pid}`
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  if (process.env.TEST_DATABASE_URL === undefined) await doNotSync(sql)
  await sql`create database ${sql(template)}`
  await migrate(urlOf(url, template))
  project.provide('postgresUrl', urlOf(url, template))
  project.provide('programsFolder', programsFolder)
  return async () => {
    await sql`drop database ${sql(template)} with (force)`
    await sql.end()
    await stopEmbeddedPostgres(home)
    await rm(home, { recursive: true, force: true })
    await rm(programsFolder, { recursive: true })
  }
}

/** In memory where there is enough of it: a disk takes longer to create and delete the hundreds of files of each database. */
async function parentFolder(): Promise<string> {
  const memory = '/dev/shm'
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize >= 4 * 2 ** 30 ? memory : tmpdir()
}

/** Does not wait for the disk: the data need not survive the machine. */
async function doNotSync(sql: postgres.Sql): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'])
    await sql`alter system set ${sql(setting)} = off`
  await sql`select pg_reload_conf()`
}

function urlOf(server: string, database: string): string {
  return Object.assign(new URL(server), { pathname: `/${database}` }).href
}
