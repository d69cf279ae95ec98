// The disk of the database and of Palate's files becomes full, for real: it is a small file system of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { mountDisk } from '../../scripts/chaos/disk.ts'
import { exitCodes } from '../../scripts/terminal/exit-codes.ts'
import { connect } from '../../src/db/database.ts'
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { migrate } from '../../src/db/migrate.ts'
import { programOf } from '../programs.ts'
import { smallConfig } from '../retraining/small-config.ts'
import { insertRatings, weekOfRatings } from '../retraining/weekly-world.ts'

const folder = await mkdtemp(join(tmpdir(), 'palate-full-'))
const home = join(folder, 'home')
await mkdir(home)
for (const path of [folder, home]) await chmod(path, 0o755)
const disk = mountDisk(home)
const skipped = disk ? '' : ' (skipped: mounting a file system needs root on Linux)'
const children: ChildProcess[] = []
let url: string

beforeAll(async () => {
  if (!disk) return
  ;({ url } = await startEmbeddedPostgres(home))
  await migrate(url)
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  disk?.free()
  await stopEmbeddedPostgres(home).catch(() => {})
  disk?.remove()
  await rm(folder, { recursive: true })
})

function start(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [programOf(`scripts/${script}.ts`), ...args], {
    env: { PATH: process.env.PATH, PALATE_HOME: home, PALATE_BACKEND: 'wasm', DATABASE_URL: url },
    cwd: folder,
  })
  children.push(child)
  child.stdin.on('error', () => {})
  let output = ''
  const add = (piece: string) => {
    output += piece
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', add)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended, output: () => output }
}

/** The database may have stopped, as it does when it cannot write its log. */
async function freeDisk(): Promise<void> {
  disk!.free()
  await startEmbeddedPostgres(home)
}

async function query<T>(act: (sql: ReturnType<typeof connect>['sql']) => Promise<T>): Promise<T> {
  const { sql, close } = connect(url)
  return act(sql).finally(close)
}

test.skipIf(!disk)(
  `an import stops with the reason and stores nothing, and the next one succeeds${skipped}`,
  async () => {
    const line = (n: number) => `user${n % 5000},item${n % 997},${1 + (n % 5)}\n`
    const lines = Array.from({ length: 60_000 }, (_, n) => line(n)).join('')
    const { child, ended } = start('import', '-')
    child.stdin.write(`user,item,value\n${lines}`)
    const copied = () => query((sql) => sql`select from pg_stat_progress_copy where tuples_processed > 0`)
    await expect.poll(async () => (await copied()).length, { timeout: 60_000 }).toBe(1)
    disk!.fill()
    onTestFinished(freeDisk)
    for (let n = 0; n < 20; n++) child.stdin.write(lines)
    child.stdin.end()
    const { code, output } = await ended
    expect(output).toMatch(/No space left on device|connection to the database was lost/)
    expect([exitCodes.storage[0], exitCodes.database[0]]).toContain(code)
    await freeDisk()
    expect(await query((sql) => sql`select from users`)).toEqual([])

    const again = start('import', '-')
    again.child.stdin.end('user,item,value\na,x,3\nb,x,4\n')
    expect((await again.ended).code).toBe(0)
    expect(await query((sql) => sql`select from ratings`)).toHaveLength(2)
    await query((sql) => sql`truncate users, items cascade`)
  },
  240_000,
)

test.skipIf(!disk)(
  `a retraining stops with the reason, and resumed it finishes${skipped}`,
  async () => {
    await query(async (sql) => {
      for (const week of [1, 2, 3]) await insertRatings(sql, weekOfRatings(week))
    })
    const config = join(folder, 'palate.config.mjs')
    await writeFile(config, `export default ${JSON.stringify(smallConfig)}\n`)
    const { ended, output } = start('retrain', '--config', config, '--json')
    await expect.poll(() => output().includes('"event":"epoch"'), { timeout: 60_000, interval: 5 }).toBe(true)
    disk!.fill()
    onTestFinished(freeDisk)
    const { code, output: said } = await ended
    expect(said).toMatch(
      /Cannot write|No space left on device|no space left|connection to the database was lost/,
    )
    expect([exitCodes.storage[0], exitCodes.database[0]]).toContain(code)
    await freeDisk()
    expect(await query((sql) => sql`select from champions`)).toEqual([])

    const resumed = await start('retrain', '--resume', '--json').ended
    expect(resumed.code, resumed.output).toBe(0)
    expect(await query((sql) => sql`select from champions`)).toHaveLength(1)
  },
  240_000,
)
