import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'
import { folderOf } from '../ratings/reading.ts'

const { sql, url } = await createTestDatabase()

beforeEach(() => sql`truncate users, items cascade`)

/** Starts the script with `input` as its standard input, which stays open where there is none. */
function start(args: readonly string[], input?: string, databaseUrl = url) {
  const process_ = spawn(process.execPath, [programOf('scripts/import.ts'), ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  onTestFinished(() => void process_.kill('SIGKILL'))
  if (input !== undefined) process_.stdin.end(input)
  const ended = Promise.all([once(process_, 'exit'), text(process_.stdout), text(process_.stderr)])
  return { process: process_, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) }
}

const run = (args: readonly string[], input = '') => start(args, input).ended
const count = async () => (await sql<[{ count: number }]>`select count(*) from ratings`)[0].count

test('a folder is imported, reported as one JSON document, and not changed by a second run', async () => {
  const path = await folderOf({
    'ratings.dat.gz': gzipSync('1::10::3\n1::11::4\n2::10::5\n'),
    'movies.dat.gz': gzipSync('10::Toy Story (1995)::Comedy\n'),
  })
  const first = await run([path, '--json'])
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toEqual({
    batch: expect.any(Number),
    ratings: 3,
    users: 2,
    items: 2,
    inserted: 3,
    updated: 0,
    unchanged: 0,
    malformed: 0,
    seconds: expect.any(Number),
  })
  expect(first.stderr).toMatch(/Reading 100 %/)
  expect(JSON.parse((await run([path, '--json'])).stdout)).toMatchObject({ inserted: 0, unchanged: 3 })
})

test('standard input is imported by the columns that are named, malformed lines are skipped up to a limit', async () => {
  const table = 'who,what,stars\na,x,3\nbroken\nb,x,4\n'
  const columns = ['--user', 'who', '--item', 'what', '--value', 'stars']
  const strict = await run(['-', ...columns], table)
  expect(strict).toMatchObject({ code: 11, stdout: '' })
  expect(strict.stderr).toContain('standard input, line 3: expected 3 fields, found 1: "broken"')
  expect(await count()).toBe(0)
  const lenient = await run(['-', ...columns, '--max-bad', '1'], table)
  expect(lenient.code).toBe(0)
  expect(lenient.stdout).toMatch(
    /^2 ratings of 2 users on 1 item in .*: 2 new, 0 changed, 0 unchanged \(batch \d+\)\n$/,
  )
  expect(lenient.stderr).toContain('Skipped 1 malformed line:\nstandard input, line 3')
})

test('Ctrl-C leaves the database as it was', async () => {
  const { process, ended } = start(['-'])
  process.stdin.write(`user,item\n${'a,x\n'.repeat(100_000)}`)
  const copying = () =>
    sql`select 1 from pg_stat_progress_copy where datname = current_database() and tuples_processed > 0`
  await expect.poll(async () => (await copying()).length, { timeout: 30_000 }).toBe(1)
  process.kill('SIGINT')
  expect(await ended).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringContaining('nothing was changed'),
  })
  expect(await count()).toBe(0)
})

test('an unavailable database is reported in one line', async () => {
  const { code, stdout, stderr } = await start(['-'], 'user,item\na,x\n', 'postgres://u@127.0.0.1:1/d').ended
  expect([code, stdout]).toEqual([6, ''])
  expect(stderr).toMatch(/^No server accepts connections at 127\.0\.0\.1:1: .*\n$/)
})

test('an unreadable input is reported with the requested columns and the known formats', async () => {
  const { code, stderr } = await run(['-', '--json', '--user', 'who'], 'name,thing\na,x\n')
  expect(code).toBe(11)
  expect(stderr).toContain('these are: name, thing\nAsked for: user = who\nKnown formats:')
})

test.each([
  [['/nowhere'], 11, 'There is no file or folder /nowhere'],
  [[], 2, 'Give either a path (or -) or --download <name>'],
  [['-', '--download', 'ml-1m'], 2, 'Give either a path (or -) or --download <name>'],
  [['-', '--max-bad', '-1'], 2, 'It must be a whole number'],
])('%j exits with code %i and a reason', async (args, code, message) => {
  const result = await run(args)
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
  expect(result.stderr).not.toMatch(/^\s+at /m)
})
