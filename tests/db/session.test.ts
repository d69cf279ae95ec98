import postgres from 'postgres'
import { describe, expect, onTestFinished, test } from 'vitest'
import { agreeOnSession, requireSupported } from '../../src/db/agree-on-session.ts'
import { hasPgBouncer, type PoolMode, startPgBouncer } from './pgbouncer.ts'
import { createDatabase, open, unusual } from './session-database.ts'

test("a schema named as the user does not get Palate's tables", async () => {
  const url = await createDatabase()
  const name = new URL(url).username
  const own = await owned(url)
  await own`create schema authorization ${own(name)}`
  const { sql } = await open(url)
  expect(
    await sql`select schemaname from pg_tables where tablename in ('ratings', 'model_versions')`,
  ).toEqual([{ schemaname: 'public' }, { schemaname: 'public' }])
})

/** A plain connection, as another program has it. */
async function owned(url: string): Promise<postgres.Sql> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  onTestFinished(() => sql.end())
  return sql
}

describe('what a session cannot change is named at the start', () => {
  test('the encoding of the database', async () => {
    const url = await createDatabase({}, "template template0 encoding 'LATIN1' locale 'C'")
    await expect(open(url)).rejects.toThrow(/has the encoding LATIN1.*ENCODING 'UTF8'/)
  })

  test('a read-only database', async () => {
    const url = await createDatabase({ default_transaction_read_only: 'on' })
    await expect(open(url)).rejects.toThrow(/is read-only .*default_transaction_read_only = off/)
  })

  test('a missing schema', async () => {
    const url = await createDatabase()
    await (await owned(url))`drop schema public`
    await expect(open(url)).rejects.toThrow('run CREATE SCHEMA public')
  })

  test('a parameter of DATABASE_URL that the server does not know', async () => {
    const url = `${await createDatabase()}?pgbouncer=true`
    await expect(open(url)).rejects.toThrow(/parameter of DATABASE_URL \(.*pgbouncer.*\): remove it/)
  })

  test.each([14, 9])('PostgreSQL %s', (version) => {
    expect(() => requireSupported(version)).toThrow(`PostgreSQL ${version} and Palate needs 15 or later`)
  })
})

describe.skipIf(!hasPgBouncer)('PgBouncer (skipped where it is not installed)', () => {
  const bouncer = async (url: string, mode: PoolMode, settings?: Readonly<Record<string, string>>) => {
    const started = await startPgBouncer(url, mode, settings)
    onTestFinished(() => started.stop())
    return started.url
  }

  test('that ignores settings is detected', async () => {
    const url = await bouncer(await createDatabase(), 'transaction', {
      ignore_startup_parameters: [
        'extra_float_digits,intervalstyle,bytea_output,array_nulls,transform_null_equals',
        'default_transaction_isolation,statement_timeout,lock_timeout,palate.session',
        'idle_in_transaction_session_timeout,idle_session_timeout',
      ].join(),
    })
    expect(await agreeOnSession(url)).toMatchObject({ isPooled: true })
  })

  test('in the pool mode statement is refused, with the pool modes that work', async () => {
    const opening = open(await bouncer(await createDatabase(), 'statement'))
    await expect(opening).rejects.toThrow('set pool_mode = session or transaction')
  })

  test('in front of unusual settings prints the statements that correct them', async () => {
    const { statement_timeout, lock_timeout, idle_in_transaction_session_timeout, ...forAll } = unusual
    const url = await createDatabase(forAll)
    const error = await open(await bouncer(url, 'transaction')).catch((error: Error) => error)
    expect(error).toMatchObject({ name: 'ServerSettingsError' })
    const statements = (error as Error).message.match(/ALTER ROLE .*;/g)!
    expect(statements).toHaveLength(Object.keys(forAll).length - ['datestyle', 'timezone', 'standard'].length)
    const own = await owned(url)
    for (const statement of statements) await own.unsafe(statement)
    await open(await bouncer(url, 'transaction'))
  })
})
