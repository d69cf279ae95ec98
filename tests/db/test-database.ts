import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, inject } from 'vitest'
import { connect, type Database } from '../../src/db/database.ts'

/**
 * An empty database with the schema, for one test file: to be called at the file's top level or in a `describe`,
 * and dropped when that is done.
 */
export async function createTestDatabase(): Promise<Database & { readonly url: string }> {
  const template = inject('postgresUrl')
  const name = `palate_test_${randomBytes(6).toString('hex')}`
  const sql = connectToServer(template)
  // through the log a copy takes the server twice as long
  await sql`create database ${sql(name)} template ${sql(new URL(template).pathname.slice(1))} strategy file_copy`
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href
  const database = connect(url)
  afterAll(async () => {
    await database.close()
    await sql`drop database ${sql(name)} with (force)`
  })
  return { ...database, url }
}

let server: postgres.Sql | undefined

/** One connection for all test files of this process, which ends when it is idle. */
export function connectToServer(url: string): postgres.Sql {
  server ??= postgres(Object.assign(new URL(url), { pathname: '/postgres' }).href, {
    max: 1,
    idle_timeout: 5,
  })
  return server
}
