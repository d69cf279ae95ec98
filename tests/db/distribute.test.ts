// The rules of Citus, checked on the schema in a plain PostgreSQL, and the distribution itself on a Citus server if
// TEST_CITUS_URL names one.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { DistributionError, distribute, requireDistributable } from '../../src/db/distribute.ts'
import { planDistribution } from '../../src/db/distribution-plan.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { runCommandHere } from '../run-command-here.ts'
import { createTestDatabase } from './test-database.ts'

const database = await createTestDatabase()
const { sql, url } = database

/** The plan after a change of the schema, which is undone. */
async function planAfter(change: string) {
  const undone = new Error('undone')
  let plan: Awaited<ReturnType<typeof planDistribution>> | undefined
  const attempt = sql.begin(async (transaction) => {
    await transaction.unsafe(change)
    plan = await planDistribution(transaction)
    throw undone
  })
  await attempt.catch((error) => {
    if (error !== undone) throw error
  })
  return plan!
}

describe('the plan', () => {
  test('distributes every table with a user, and has no violation of the rules of Citus', async () => {
    const { distributed, reference, violations } = await planDistribution(sql)
    const withUser = await sql<{ name: string }[]>`
      select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'user_id' order by 1`
    expect(distributed.map(({ name }) => name)).toEqual(['users', ...withUser.map(({ name }) => name)])
    expect(reference).toEqual(['experiment_weights', 'experiments'])
    expect(violations).toEqual([])
  })

  test.each([
    ['create table lists (id int primary key, user_id text collate "C" not null)', 'index lists_pkey'],
    ['alter table exposures add constraint once unique (request_id)', 'index once'],
    ['create unique index on retractions (item_id, lower(user_id))', 'index retractions_item_id_lower_idx'],
    ['create unique index on retractions (item_id) include (user_id)', 'retractions_item_id_user_id_idx'],
    ['create table lists (user_id text collate "C")', 'lists.user_id may be null'],
    ['create table lists (user_id integer not null)', 'lists.user_id has the type integer'],
    ['create table lists (user_id text not null)', 'collate default'],
    [
      'create table owners (id text collate "C" references users)',
      'owners references users without the user',
    ],
    [
      'create table lists (user_id text collate "C" not null, rater text, item text, foreign key (rater, item) references ratings)',
      'lists references ratings without the user',
    ],
  ])('%s is a violation', async (change, message) => {
    const { violations } = await planAfter(change)
    expect(violations).toEqual([expect.stringContaining(message)])
  })

  test('includes a table that is added, and those that it references', async () => {
    const { distributed, reference, violations } = await planAfter(`
      create table kinds_of_lists (name text primary key);
      create table lists (user_id text collate "C", name text references kinds_of_lists, primary key (user_id, name))`)
    expect(violations).toEqual([])
    expect(distributed.map(({ name }) => name)).toContain('lists')
    expect(reference).toContain('kinds_of_lists')
  })
})

describe('without Citus', () => {
  test.each([[[]], [['--apply']]])(
    'distribute %j changes nothing and explains what is missing',
    async (options) => {
      const before = await planDistribution(sql)
      const { code, stdout, stderr } = await runCommandHere('db', ['distribute', ...options], {
        env: { DATABASE_URL: url },
      })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('CREATE EXTENSION citus')
      expect(await planDistribution(sql)).toEqual(before)
    },
  )
})

/**
 * Stand-ins for the functions of Citus, which refuse what Citus refuses: triggers, keys without the distribution column,
 * and foreign keys to tables that are not in the cluster. They cannot show that Citus accepts the rest.
 */
const citusFunctions = `
  create table distribution_calls (
    place int generated always as identity, name text, distribution_column text, colocated_with text
  );
  create function refuse_triggers(name text) returns void language plpgsql as $$ begin
    if exists (select from pg_trigger where tgrelid = name::regclass and not tgisinternal) then
      raise exception 'cannot distribute relation "%" because it has triggers', name;
    end if;
  end $$;
  create function create_reference_table(name text) returns void language plpgsql as $$ begin
    perform refuse_triggers(name);
    insert into distribution_calls (name) values (name);
  end $$;
  create function create_distributed_table(name text, distribution_column text, colocate_with text)
  returns void language plpgsql as $$ begin
    perform refuse_triggers(name);
    if exists (
      select from pg_index where indrelid = name::regclass and indisunique and not (
        select attnum from pg_attribute where attrelid = indrelid and attname = distribution_column
      ) = any (indkey)
    ) then
      raise exception 'cannot create constraint on "%": it lacks %', name, distribution_column;
    end if;
    if exists (
      select from pg_constraint where contype = 'f' and conrelid = name::regclass
        and confrelid::regclass::text not in (select calls.name from distribution_calls calls)
    ) then
      raise exception 'cannot create foreign key constraint of "%"', name;
    end if;
    insert into distribution_calls (name, distribution_column, colocated_with)
    values (name, distribution_column, colocate_with);
  end $$`

describe('with stand-ins for the functions of Citus', async () => {
  const copy = await createTestDatabase()

  test('all tables are distributed in an order that Citus accepts, and rows keep their values', async () => {
    const save = createPostgresFeedback(copy)
    const event = { type: 'click', requestId: 'r1', value: 1, at: 1e12 }
    await save([event, { ...event, userId: 'ada', eventId: 'e1' }])
    await copy.sql`insert into feedback (id, type, request_id, value, at) values ('former', 'view', 'r2', 1, now())`
    await copy.sql.unsafe(citusFunctions)
    await distribute(copy.sql)
    const plan = await planDistribution(copy.sql)
    expect(plan.violations).toEqual([])
    expect(plan.droppedForeignKeys).toEqual([])
    expect(plan.distributed).toEqual(
      plan.distributed.map(({ name, column }) => ({ name, column, triggers: [] })),
    )
    expect(
      await copy.sql`select name, distribution_column, colocated_with from distribution_calls order by place`,
    ).toEqual([
      ...plan.reference.map((name) => ({ name, distribution_column: null, colocated_with: null })),
      { name: 'users', distribution_column: 'id', colocated_with: 'none' },
      ...plan.distributed.slice(1).map(({ name }) => ({
        name,
        distribution_column: 'user_id',
        colocated_with: 'users',
      })),
    ])
    expect(await copy.sql`select user_id, request_id from feedback order by 1, 2`).toEqual([
      { user_id: '', request_id: 'r1' },
      { user_id: '', request_id: 'r2' },
      { user_id: 'ada', request_id: 'r1' },
    ])
  })

  test('the same statements save feedback afterwards, where an event belongs to its user', async () => {
    const save = createPostgresFeedback(copy)
    const event = { type: 'click', requestId: 'r1', value: 1, at: 1e12 }
    const named = { ...event, userId: 'ada', eventId: 'e1' }
    expect(await save([event, named])).toEqual({ accepted: 0, duplicates: 2 })
    expect(await save([{ ...named, userId: 'ben' }])).toEqual({ accepted: 1, duplicates: 0 })
  })
})

const citusUrl = process.env.TEST_CITUS_URL

describe.skipIf(citusUrl === undefined)(
  'on Citus (skipped unless TEST_CITUS_URL names a coordinator)',
  () => {
    test('the tables are distributed, and a user is written, read and erased', async () => {
      const name = `palate_test_${randomBytes(6).toString('hex')}`
      const server = connect(citusUrl!)
      await server.sql`create database ${server.sql(name)}`
      const target = Object.assign(new URL(citusUrl!), { pathname: `/${name}` }).href
      const { sql, close } = connect(target)
      try {
        await sql`create extension citus`
        await migrate(target)
        await requireDistributable(sql)
        await distribute(sql)
        const tables =
          await sql`select table_name::text as name, citus_table_type as kind from citus_tables order by 1`
        const { distributed, reference } = await planDistribution(sql)
        expect(tables).toEqual(
          [
            ...distributed.map(({ name }) => ({ name, kind: 'distributed' })),
            ...reference.map((name) => ({ name, kind: 'reference' })),
          ].sort((a, b) => (a.name < b.name ? -1 : 1)),
        )
        await expect(requireDistributable(sql)).rejects.toThrow(DistributionError)
        await sql`insert into users (id) values ('ada')`
        await sql`insert into items (id) values ('film')`
        await sql`insert into ratings (user_id, item_id, value) values ('ada', 'film', 4)`
        expect(await sql`select value from ratings where user_id = 'ada'`).toEqual([{ value: 4 }])
        await sql`delete from users where id = 'ada'`
        expect(await sql`select from ratings`).toHaveLength(0)
      } finally {
        await close()
        await server.sql`drop database ${server.sql(name)} with (force)`
        await server.close()
      }
    })
  },
)
