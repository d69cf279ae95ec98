import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { pruneExperiments } from '../../src/experiments/prune-experiments.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { runCommandHere } from '../run-command-here.ts'
import { sampleDefinition } from './sample-definition.ts'

const { sql, url } = await createTestDatabase()
const day = 86_400

interface Period {
  readonly startedDaysAgo: number | null
  readonly stoppedDaysAgo: number | null
}

async function addExperiment(
  name: string,
  { startedDaysAgo, stoppedDaysAgo }: Period,
  preExperimentDays = 0,
) {
  const status = startedDaysAgo === null ? 'draft' : stoppedDaysAgo === null ? 'running' : 'stopped'
  await sql`
    insert into experiments (name, definition, status, started_at, stopped_at)
    values (${name}, ${sql.json({ ...sampleDefinition({ name }), preExperimentDays } as never)}, ${status},
      now() - make_interval(days => ${startedDaysAgo}), now() - make_interval(days => ${stoppedDaysAgo}))`
  await sql`
    insert into exposures (user_id, request_id, experiment, variant, forced, model, version, history_size, items, served_at)
    select 'u' || n, ${name} || n, ${name}, 'control', false, 'ease', 1, 0, '{a}', now() - make_interval(days => n)
    from generate_series(1, 100) n`
}

const remaining = async () => ({
  exposures: Object.fromEntries(
    (
      await sql<{ experiment: string; n: number }[]>`
      select experiment, count(*) as n from exposures group by 1 order by 1`
    ).map((row) => [row.experiment, row.n]),
  ),
  oldestFeedbackDay: (
    await sql<[{ day: number }]>`select max(extract(day from now() - at))::integer as day from feedback`
  )[0].day,
})

beforeEach(async () => {
  await sql`truncate experiments cascade`
  await sql`truncate feedback`
  await sql`
    insert into feedback (id, type, user_id, value, at)
    select 'f' || n, 'click', 'u' || n, 1, now() - make_interval(days => n, hours => 1) from generate_series(0, 100) n`
})

test('deletes all exposures of experiments that ended before, and none of others', async () => {
  await addExperiment('ended', { startedDaysAgo: 100, stoppedDaysAgo: 31 })
  await addExperiment('recent', { startedDaysAgo: 50, stoppedDaysAgo: 29 })
  await addExperiment('running', { startedDaysAgo: 40, stoppedDaysAgo: null })
  expect(await pruneExperiments(sql, 30 * day)).toEqual({
    experiments: ['ended'],
    exposures: 100,
    feedback: 51,
  })
  expect(await remaining()).toEqual({ exposures: { recent: 100, running: 100 }, oldestFeedbackDay: 49 })
  expect(await pruneExperiments(sql, 30 * day)).toEqual({
    experiments: ['ended'],
    exposures: 0,
    feedback: 0,
  })
})

test('keeps feedback from before an experiment that its report uses, also of one that is still to start', async () => {
  await addExperiment('running', { startedDaysAgo: 40, stoppedDaysAgo: null }, 28)
  await addExperiment('draft', { startedDaysAgo: null, stoppedDaysAgo: null }, 75)
  expect(await pruneExperiments(sql, 30 * day)).toEqual({ experiments: [], exposures: 0, feedback: 26 })
  expect((await remaining()).oldestFeedbackDay).toBe(74)
})

test('without experiments it deletes old feedback in every block of the table', async () => {
  await sql`
    insert into feedback (id, type, user_id, value, at)
    select 'more' || n, repeat('x', 100), 'u', 1, now() - make_interval(days => n % 60) from generate_series(1, 60000) n`
  const [size] = await sql`select pg_relation_size('feedback') / 8192 as blocks`
  expect(size!.blocks).toBeGreaterThan(1000)
  expect((await pruneExperiments(sql, 30 * day)).feedback).toBe(30_000 + 71)
  expect((await remaining()).oldestFeedbackDay).toBe(29)
})

test('in a distributed database, whose coordinator has no blocks of the tables, it deletes the same', async () => {
  await addExperiment('ended', { startedDaysAgo: 100, stoppedDaysAgo: 31 })
  // stand-ins for the coordinator of Citus, where the size of a distributed table is 0
  await sql`create table pg_dist_partition as select 'users'::regclass as logicalrelid`
  await sql`create function pg_relation_size(regclass) returns bigint return 0`
  await sql`alter database ${sql(new URL(url).pathname.slice(1))} set search_path to public, pg_catalog`
  const coordinator = connect(url)
  onTestFinished(async () => {
    await coordinator.close()
    await sql`alter database ${sql(new URL(url).pathname.slice(1))} reset search_path`
    await sql`drop function public.pg_relation_size`
    await sql`drop table pg_dist_partition`
  })
  expect(await pruneExperiments(coordinator.sql, 30 * day)).toEqual({
    experiments: ['ended'],
    exposures: 100,
    feedback: 71,
  })
})

test('the command says what it deleted, and needs a period', async () => {
  await addExperiment('ended', { startedDaysAgo: 100, stoppedDaysAgo: 31 })
  const run = (...args: string[]) => runCommandHere('db', ['prune', ...args], { env: { DATABASE_URL: url } })
  expect((await run()).code).toBe(2)
  const { code, stdout } = await run('--older-than', '30d', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ experiments: ['ended'], exposures: 100, feedback: 71 })
})
