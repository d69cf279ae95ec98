import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, inject } from 'vitest'
import { connect, type Database } from '../../src/db/database.ts'

/**
 * An empty database with the schema, for one test file: to be called at the file's top level or in a `describe`,
 * and dropped when that is done.
 */
export async function createTestDatabase(): Promise<Database & { readonly url: string }> {
  const template = new URL(inject('postgresUrl'))
  const name = `palate_test_${randomBytes(6).toString('hex')}`
  await onServer(
    template,
    (sql) => sql`create database ${sql(name)} template ${sql(template.pathname.slice(1))}`,
  )
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href
  const database = connect(url)
  afterAll(async () => {
    await database.close()
    await onServer(template, (sql) => sql`drop database ${sql(name)} with (force)`)
  })
  return { ...database, url }
}

async function onServer(template: URL, act: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(Object.assign(new URL(template), { pathname: '/postgres' }).href, { max: 1 })
  await act(sql).finally(() => sql.end())
}
