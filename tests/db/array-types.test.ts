import { expect, test } from 'vitest'
import { createTestDatabase } from './test-database.ts'

const { sql } = await createTestDatabase()

const strange = ['', 'null', 'NULL', 'a b', ',', '{}', '"quoted"', 'back\\slash', 'Äôß 🎬', null]
const times = [new Date('2001-02-03T04:05:06.789Z'), new Date('1969-12-31T23:59:59.000Z')]

test.each<[type: string, values: readonly unknown[]]>([
  ['text', strange],
  ['varchar', strange],
  ['boolean', [true, false, null]],
  ['smallint', [-1, 2]],
  ['integer', [-1, 2 ** 30]],
  ['bigint', [2 ** 40]],
  ['real', [0.5, -1.25]],
  ['float8', [Math.PI, 1e300]],
  ['numeric', ['0.1']],
  ['uuid', ['1f0c3d52-5f0e-4d0a-9a57-6f4d1c1b7e2a']],
  ['timestamptz', times],
  ['jsonb', [{ a: [1, '"'] }, { b: null }]],
  ['bytea', [Buffer.from([0, 1, 255])]],
  ['text', []],
  [
    'integer',
    [
      [1, 2],
      [3, 4],
    ],
  ],
])('lists of %s are written and read', async (type, values) => {
  const [{ oid }] = await sql<[{ oid: number }]>`select ${`${type}[]`}::regtype::oid::int as oid`
  const [row] = await sql`select ${sql.typed(values, oid)} as list`
  expect(row!.list).toEqual(values)
})

test('the type numbers are those of the server', async () => {
  const { parsers, serializers } = sql.options
  const types = await sql<{ element: number; array: number }[]>`
    select oid::int as element, typarray::int as array from pg_type
    where typname in ('bool', 'bytea', 'name', 'int8', 'int2', 'int4', 'text', 'oid', 'json', 'float4', 'float8', 'varchar',
      'date', 'timestamp', 'timestamptz', 'numeric', 'uuid', 'jsonb') and typnamespace = 'pg_catalog'::regnamespace`
  expect(types).toHaveLength(18)
  for (const { array } of types) expect([parsers, serializers].every((known) => array in known)).toBe(true)
})
