import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../db/test-database.ts'
import { programOf } from '../programs.ts'
import { folderOf } from '../ratings/reading.ts'
import { runCommandHere } from '../run-command-here.ts'

const { sql, url } = await createTestDatabase()

beforeEach(() => sql`truncate users, items cascade`)

/** Starts the script as a process of its own, whose standard input stays open. */
function start(args: readonly string[]) {
  const process_ = spawn(process.execPath, [programOf('scripts/import.ts'), ...args], {
    env: { ...process.env, DATABASE_URL: url },
  })
  onTestFinished(() => void process_.kill('SIGKILL'))
  const ended = Promise.all([once(process_, 'exit'), text(process_.stdout), text(process_.stderr)])
  return { process: process_, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) }
}

const run = (args: readonly string[], input = '', databaseUrl = url) =>
  runCommandHere('import', args, { env: { DATABASE_URL: databaseUrl }, input })
const count = async () => (await sql<[{ count: number }]>`select count(*) from ratings`)[0].count

test('a folder is imported, reported as one JSON document, and not changed by a second run', async () => {
  const path = await folderOf({
    'ratings.dat.gz': gzipSync('1::10::3\n1::11::4\n2::10::5\n'),
    'movies.dat.gz': gzipSync('10::Toy Story (1995)::Comedy\n'),
    'notes.txt': 'x',
  })
  const first = await start([path, '--json']).ended
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
    files: [
      {
        file: 'ratings.dat.gz',
        format: expect.stringContaining('MovieLens ratings.dat'),
        columns: { user: '1', item: '2', value: '3' },
        ignored: [],
      },
      {
        file: 'movies.dat.gz',
        format: expect.stringContaining('MovieLens movies.dat'),
        columns: { id: '1', title: '2', genres: '3' },
        ignored: [],
      },
    ],
    unused: ['notes.txt'],
    values: { lowest: 3, highest: 5, distinct: 3, feedback: 'explicit', positiveThreshold: 4 },
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
    /^2 ratings of 2 users on 1 item in .*: 2 new, 0 changed, 0 unchanged \(batch \d+\)\n/,
  )
  expect(lenient.stdout.split('\n').slice(1)).toEqual([
    'standard input: user = who, item = what, value = stars',
    'Values: 3 to 4, 2 different; read as ratings on a scale (explicit), positive from 4',
    '',
  ])
  expect(lenient.stderr).toContain('Skipped 1 malformed line:\nstandard input, line 3')
})

test('Ctrl-C leaves the database as it was', async () => {
  const { process, ended } = start(['-'])
  process.stdin.write(`user,item\n${'a,x\n'.repeat(100_000)}`)
  const copying = () =>
    sql`select 1 from pg_stat_progress_copy where datname = current_database() and tuples_processed > 0`
  await expect.poll(async () => (await copying()).length).toBe(1)
  process.kill('SIGINT')
  expect(await ended).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringContaining('nothing was changed'),
  })
  expect(await count()).toBe(0)
})

test('an unavailable database is reported in one line', async () => {
  const { code, stdout, stderr } = await run(['-'], 'user,item\na,x\n', 'postgres://u@127.0.0.1:1/d')
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
  [[], 2, 'Give either a path (or -), or --download <name>'],
  [['-', '--download', 'ml-1m'], 2, 'Give either a path (or -), or --download <name>'],
  [['-', '--max-bad', '-1'], 2, 'It must be a whole number'],
])('%j exits with code %i and a reason', async (args, code, message) => {
  const result = await run(args)
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
  expect(result.stderr).not.toMatch(/^\s+at /m)
})

test('a query on a server is imported by the names of its columns', async () => {
  const query = "select n as user_id, 'x' as item_id, 4 as stars from generate_series(1, 3) n"
  const { code, stdout } = await run(['--from', url, '--sql', query])
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^3 ratings of 3 users on 1 item .*: 3 new/)])
  expect(stdout).toContain('query: user = user_id, item = item_id, value = stars\n')
  expect(await sql`select source from rating_batches where source ~ '^query on '`).toHaveLength(1)
  const preview = await run(['--from', url, '--sql', query, '--dry-run', '--json'])
  expect(JSON.parse(preview.stdout)).toMatchObject({ unchanged: 3, files: [{ file: 'query' }] })
})

test.each([
  [
    ['--from', 'postgres://u:hush@127.0.0.1:1/d', '--sql', 'select 1'],
    6,
    'PostgreSQL at 127.0.0.1:1/d cannot be used',
  ],
  [['--from', 'u:hush@127.0.0.1', '--sql', 'select 1'], 11, 'named by a URL such as postgres://'],
  [['--sql', 'select 1'], 2, 'give both'],
  [['-', '--from', 'postgres://u:hush@127.0.0.1:1/d', '--sql', 'select 1'], 2, 'Give either'],
])('%j is refused with code %i, without the password', async (args, code, message) => {
  const result = await run(args)
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
  expect(result.stderr).not.toMatch(/hush|^\s+at /m)
})

test('--dry-run prints what an import would do, and does not do it', async () => {
  const table = 'user,item,rating,timestamp\na,x,5,1000000000\na,x,4,1000000001\nb,x,5,\nc,y,5,1\n'
  await run(['-'], 'user,item,rating\na,z,1\nb,x,5\n')
  const { code, stdout } = await run(['-', '--dry-run'], table)
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines[0]).toBe(
    'Dry run, nothing was changed. An import would read 4 ratings of 3 users (1 new) on 2 items (1 new): 2 new, 0 changed, 1 unchanged',
  )
  expect(lines).toContain('standard input: user = user, item = item, value = rating, time = timestamp')
  expect(stdout).toMatch(/^a +x +4 +2001-09-09T01:46:41\.000Z +rating$/m)
  expect(stdout).toMatch(/^5 +3 +█{30}/m)
  expect(lines.filter((line) => line.startsWith('Warning'))).toEqual([
    'Warning: 100.0 % of the users have rated one item only; nothing can be learned or measured from a single rating',
    'Warning: 1 rating repeats the user and item of another one; only the one that counts is stored',
    'Warning: 1 rating has no time, and counts as older than all others',
  ])
  expect(await count()).toBe(2)
  const document = JSON.parse(
    (await run(['-', '--dry-run', '--json'], 'user,item,rating\na,x,5\nb,y,5\n')).stdout,
  )
  expect(document).toMatchObject({
    dryRun: true,
    inserted: 2,
    sample: [
      { userId: 'a', itemId: 'x', value: 5 },
      { userId: 'b', itemId: 'y', value: 5 },
    ],
    histogram: [{ from: 5, to: 5, count: 2 }],
    warnings: [expect.stringContaining('one item only'), expect.stringContaining('all values are 5')],
  })
})

test('--formats lists the formats without a database', async () => {
  const { code, stdout } = await run(['--formats', '--json'], '', 'postgres://u@127.0.0.1:1/d')
  expect(code).toBe(0)
  const formats = (JSON.parse(stdout) as { format: string }[]).map(({ format }) => format)
  expect(formats).toEqual(expect.arrayContaining(['amazon', 'netflix', 'mind', 'csv', 'jsonl']))
  const page = readFileSync(join(import.meta.dirname, '../../docs/importing-ratings.md'), 'utf8')
  expect(formats.filter((format) => !page.includes(`\`${format}\``))).toEqual([])
})

test('a format is named, and rows without a rating are counted', async () => {
  const table = '"User-ID";"ISBN";"Book-Rating"\n"1";"A";"0"\n"2";"B";"5"\n'
  const { stdout } = await run(['-', '--format', 'book-crossing'], table)
  expect(stdout).toContain('Left out: 1 without a rating (a Book-Rating of 0 means not rated)\n')
  const { code, stderr } = await run(['-', '--format', 'mind'], table)
  expect([code, stderr]).toEqual([11, expect.stringContaining('is not in the format mind')])
})

test('a slow pipe is read as a file of the same bytes is', async () => {
  const lines = [
    '{"user":"a","item":"x"}',
    ...[1, 2, 3].map((n) => `{"user":"b","item":"i${n}","stars":${n}}`),
  ]
  const path = await folderOf({ 'ratings.jsonl': lines.join('\n') })
  const fromFile = await run([path])
  const { process, ended } = start(['-'])
  process.stdin.write(`${lines[0]}\n`)
  await expect
    .poll(async () => (await sql`select from pg_stat_activity where query ~ 'copy staged'`).length)
    .toBe(1)
  process.stdin.end(lines.slice(1).join('\n'))
  const piped = await ended
  expect(fromFile).toMatchObject({ code: 11, stdout: '' })
  expect(fromFile.stderr).toContain('ratings.jsonl, line 1: the value is missing')
  expect(piped).toMatchObject({ code: 11, stdout: '' })
  expect(piped.stderr).toContain('standard input, line 1: the value is missing')
  expect(await count()).toBe(0)
})

test('events are stored by kind with their weights, the strongest of each pair', async () => {
  const log = [
    'visitorid,event,itemid,timestamp',
    'a,transaction,x,1600000001',
    'a,view,x,1600000002',
    'a,bookmark,y,1600000003',
    'a,view,y,1600000004',
    'b,addtocart,x,1600000005',
  ].join('\n')
  const refused = await run(['-'], log)
  expect(refused).toMatchObject({ code: 11, stderr: expect.stringContaining('--kinds bookmark=') })
  const { code, stdout } = await run(['-', '--kinds', 'bookmark=save:3.25'], log)
  expect(code).toBe(0)
  expect(stdout).toContain(
    'standard input: user = visitorid, item = itemid, time = timestamp, kind = event\n',
  )
  expect(stdout).toContain('read as events or quantities (implicit), positive from 3\n')
  const stored = await sql`select user_id, item_id, kind, value from ratings order by user_id, item_id`
  expect(stored.map((row) => Object.values(row))).toEqual([
    ['a', 'x', 'purchase', 4],
    ['a', 'y', 'save', 3.25],
    ['b', 'x', 'cart', 3.5],
  ])
  const again = await run(['-', '--kinds', 'bookmark=save:3.25', '--json'], log)
  expect(JSON.parse(again.stdout)).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 })
})

test('a file of items is named by its path, or by its name in the folder', async () => {
  const path = await folderOf({
    'ratings.csv': 'user_id,book_id,rating\n1,7,5\n1,8,2\n',
    'books.csv': 'book_id,title,Year,Genres\n7,"Comma, The (1901)",1899.0,A|B\n8,Eight,,(no genres listed)\n',
  })
  const without = await run([path])
  expect(without.stdout).toContain('Files not used: books.csv (--items <file> names a file of items)')
  for (const items of ['books.csv', `${path}/books.csv`]) {
    const { stdout } = await run([path, '--items', items])
    expect(stdout).toContain('books.csv: id = book_id, title = title, genres = Genres, year = Year\n')
    expect(stdout).not.toContain('not used')
  }
  expect(await sql`select id, title, attributes from items order by id`).toEqual([
    { id: '7', title: 'Comma, The (1901)', attributes: { genres: ['A', 'B'], year: 1899 } },
    { id: '8', title: 'Eight', attributes: { genres: [] } },
  ])
  expect(await run([path, '--items', 'nothing.csv'])).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('There is no file or folder nothing.csv'),
  })
})
