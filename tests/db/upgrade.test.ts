// A service of an earlier version on the schema of this one, as in a rolling upgrade. `former-statements.sql` has the
// statements that its service sent.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createFormerDatabase } from './former-schema.ts'

/** The last migration of the version that `former-statements.sql` is from. */
const formerMigration = 28

/** Removed without a time in which both names worked: only trainings use it, which are stopped for an upgrade. */
const removedColumns = ['training_epochs.covered_modes']

const file = await readFile(join(import.meta.dirname, 'former-statements.sql'), 'utf8')
const statements = file.split('\n').filter((line) => line !== '' && !line.startsWith('--'))

const url = await createFormerDatabase(formerMigration)
const database = connect(url)
const { sql } = database
afterAll(() => database.close())
const [{ version }] = await sql<[{ version: number }]>`
  select current_setting('server_version_num')::integer / 10000 as version`

interface Column {
  readonly column: string
  readonly type: string
  readonly isRequired: boolean
}

async function readColumns(): Promise<Map<string, Column>> {
  const rows = await sql<Column[]>`
    select relname || '.' || attname as column, format_type(atttypid, atttypmod) as type,
      attnotnull and not atthasdef and attidentity = '' as "isRequired"
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped`
  return new Map(rows.map((row) => [row.column, { ...row }]))
}

/** Statements that the server cannot plan, with the reason: a table, a column, a type or a unique key is missing. */
async function notPlanned(): Promise<string[]> {
  const problems: string[] = []
  for (const statement of statements)
    await sql.unsafe(`explain (generic_plan) ${statement}`).catch((error: Error) => {
      problems.push(`${error.message}: ${statement}`)
    })
  return problems
}

describe.skipIf(version < 16)(
  'the statements of the former service (skipped before PostgreSQL 16: no generic plans)',
  () => {
    test('are statements of the former schema', async () => {
      expect(statements.length).toBeGreaterThan(80)
      expect(await notPlanned()).toEqual([])
    })

    test('are statements of this schema too, whose new columns they need not know', async () => {
      const former = await readColumns()
      await migrate(url)
      expect(await notPlanned()).toEqual([])
      const current = await readColumns()
      for (const column of former.values())
        if (!removedColumns.includes(column.column))
          expect(current.get(column.column)).toMatchObject({
            ...column,
            isRequired: column.isRequired && expect.anything(),
          })
      const tables = new Set([...former.keys()].map((name) => name.split('.')[0]))
      const required = [...current.values()].filter(
        ({ column, isRequired }) =>
          isRequired && tables.has(column.split('.')[0]) && !former.get(column)?.isRequired,
      )
      expect(required).toEqual([])
    })

    test('an event that the former service saved is a duplicate for this one, and the reverse', async () => {
      const saveFormerly = statements.find((statement) =>
        statement.includes('insert into feedback (id, type'),
      )!
      const event = { type: 'click', requestId: 'r1', itemId: 'a', value: 1, at: 1e12 }
      const id = ['request', 'r1', 'click', 'a'].join('\u001f')
      const former = async (other: object) =>
        (await sql.unsafe(saveFormerly, [JSON.stringify([{ ...event, id, deliveries: 1, ...other }])]))[0]
      const save = createPostgresFeedback(database)
      expect(await former({})).toEqual({ accepted: 1 })
      expect(await save([event])).toEqual({ accepted: 0, duplicates: 1 })
      expect(await save([{ ...event, eventId: 'e1' }])).toEqual({ accepted: 1, duplicates: 0 })
      expect(await former({ id: 'event\u001fe1' })).toEqual({ accepted: 0 })
    })
  },
)
