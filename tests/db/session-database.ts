// Databases whose sessions start with settings of their own.
import { randomBytes } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { connectToServer } from './test-database.ts'

const template = new URL(inject('postgresUrl'))
const admin = connectToServer(template.href)

/** A new database without a schema, whose sessions start with these settings, and a role that owns it. */
export async function createDatabase(
  settings: Readonly<Record<string, string>> = {},
  options = '',
): Promise<string> {
  const name = `palate_session_${randomBytes(6).toString('hex')}`
  await admin.unsafe(`create role ${name} login password 'p%40ss'`)
  await admin.unsafe(`create database ${name} owner ${name} ${options}`)
  for (const [setting, value] of Object.entries(settings))
    await admin.unsafe(`alter database ${name} set ${setting} = ${value}`)
  onTestFinished(async () => {
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.unsafe(`drop role ${name}`)
  })
  return Object.assign(new URL(template), { username: name, password: 'p%2540ss', pathname: `/${name}` }).href
}

/** All that decides how values are written and read or how long something may take, set to what PostgreSQL does not. */
export const unusual = {
  datestyle: "'German, DMY'",
  intervalstyle: "'sql_standard'",
  timezone: "'Asia/Kolkata'",
  extra_float_digits: '-10',
  bytea_output: "'escape'",
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: "'serializable'",
  statement_timeout: "'1ms'",
  lock_timeout: "'1ms'",
  idle_in_transaction_session_timeout: "'1ms'",
  search_path: 'nowhere',
}

export async function open(databaseUrl: string, limits?: { statementTimeoutMs: number }): Promise<Database> {
  const database = await openDatabase({ databaseUrl, home: '/nowhere' }, undefined, limits)
  onTestFinished(() => database.close())
  return database
}
