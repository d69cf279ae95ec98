// A database with the schema of an earlier version.
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { afterAll, inject } from 'vitest'

/** The URL of a new database with the migrations up to number `last`, dropped at the end of the file. */
export async function createFormerDatabase(last: number): Promise<string> {
  const template = new URL(inject('postgresUrl'))
  const name = `palate_test_${randomUUID().slice(0, 8)}`
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href
  const server = postgres(Object.assign(new URL(template), { pathname: '/postgres' }).href, { max: 1 })
  await server`create database ${server(name)}`
  afterAll(async () => {
    await server`drop database ${server(name)} with (force)`
    await server.end()
  })
  const folder = await migrationsUpTo(last)
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await runMigrations(drizzle(sql), { migrationsFolder: folder })
  await sql.end()
  await rm(folder, { recursive: true })
  return url
}

/** A copy of the migrations that ends with number `last`. */
async function migrationsUpTo(last: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'palate-migrations-'))
  await cp(join(import.meta.dirname, '../../migrations'), folder, { recursive: true })
  const path = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(await readFile(path, 'utf8'))
  const entries = journal.entries.filter(({ idx }: { idx: number }) => idx <= last)
  await writeFile(path, JSON.stringify({ ...journal, entries }))
  return folder
}
