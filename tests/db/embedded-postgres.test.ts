// The embedded server, with real servers, signals and users.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { isRoot } from '../../src/db/embedded/owner.ts'
import { isAlive } from '../../src/db/embedded/processes.ts'
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '../../src/db/embedded-postgres.ts'
import { makeHome, runScript, spawnScript } from './db-script.ts'

const home = await makeHome()
const folder = join(home, 'postgres')
const pidFile = join(folder, 'data/postmaster.pid')

afterAll(async () => {
  await stopEmbeddedPostgres(home)
  await rm(home, { recursive: true, force: true })
})

async function query<T>(url: string, act: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  return act(sql).finally(() => sql.end())
}

const selectOne = (url: string) => query(url, (sql) => sql`select 1 as one`)

async function killServer(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
}

describe('starting', () => {
  test('several processes at once share one server', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => runScript(['start', '--json'], { home })))
    const servers = starts.map(({ stdout }) => JSON.parse(stdout))
    expect(starts.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1)
    expect((await startEmbeddedPostgres(home)).pid).toBe(servers[0].pid)
    expect(await readdir(home)).toEqual(['postgres'])
  })

  test('a connection needs the password, which other users cannot read', async () => {
    const { url } = await startEmbeddedPostgres(home)
    await expect(selectOne(url)).resolves.toEqual([{ one: 1 }])
    await expect(selectOne(Object.assign(new URL(url), { password: 'guess' }).href)).rejects.toThrow(
      /password/,
    )
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  })

  test('another home has its own server', async () => {
    const other = await makeHome()
    onTestFinished(async () => {
      await stopEmbeddedPostgres(other)
      await rm(other, { recursive: true })
    })
    const [first, second] = [await startEmbeddedPostgres(home), await startEmbeddedPostgres(other)]
    expect(second.port).not.toBe(first.port)
    await selectOne(first.url)
    await selectOne(second.url)
  })
})

describe('persistence', () => {
  test('the server outlives Ctrl-C in the terminal of the script that started it', async () => {
    await stopEmbeddedPostgres(home)
    const shell = spawnScript(['start'], { home, thenSleep: true })
    await expect.poll(() => findEmbeddedPostgres(home)).toBeTruthy()
    const { pid, url } = await startEmbeddedPostgres(home)
    process.kill(-shell.pid!, 'SIGINT')
    await new Promise((ended) => shell.once('exit', ended))
    expect((await findEmbeddedPostgres(home))?.pid).toBe(pid)
    await selectOne(url)
  })

  test('it restarts on its last port, where clients reconnect', async () => {
    const before = await startEmbeddedPostgres(home)
    expect(await stopEmbeddedPostgres(home)).toBe(true)
    expect(await findEmbeddedPostgres(home)).toBeUndefined()
    expect(await stopEmbeddedPostgres(home)).toBe(false)
    const after = await startEmbeddedPostgres(home)
    expect(after).toEqual({ ...before, pid: after.pid })
  })

  test('it takes another port if its last one is in use, and keeps that', async () => {
    const { port } = await startEmbeddedPostgres(home)
    await stopEmbeddedPostgres(home)
    const squatter = createServer().listen(port, '127.0.0.1')
    const moved = await startEmbeddedPostgres(home)
    squatter.close()
    expect(moved.port).not.toBe(port)
    await stopEmbeddedPostgres(home)
    expect((await startEmbeddedPostgres(home)).port).toBe(moved.port)
  })
})

describe('after a kill -9', () => {
  test('of the server, what was committed is there', async () => {
    const { pid, url } = await startEmbeddedPostgres(home)
    await query(url, (sql) =>
      sql.unsafe("create table kept (word text); insert into kept values ('still here')"),
    )
    await killServer(pid)
    expect(await findEmbeddedPostgres(home)).toBeUndefined()
    const revived = await startEmbeddedPostgres(home)
    expect(revived.pid).not.toBe(pid)
    expect(await query(revived.url, (sql) => sql`select word from kept`)).toEqual([{ word: 'still here' }])
  })

  test('a postmaster.pid whose number is now another process of the same user is detected', async () => {
    const { pid } = await startEmbeddedPostgres(home)
    await killServer(pid)
    const { uid, gid } = statSync(join(folder, 'data'))
    const otherProcess = spawn('sleep', ['60'], isRoot() ? { uid, gid } : {})
    onTestFinished(() => void otherProcess.kill())
    await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(otherProcess.pid)))
    expect(await findEmbeddedPostgres(home)).toBeUndefined()
    expect(await stopEmbeddedPostgres(home)).toBe(false)
    await selectOne((await startEmbeddedPostgres(home)).url)
    expect(otherProcess.exitCode).toBeNull()
  })

  test('an empty postmaster.pid does not stop the next start', async () => {
    const { pid } = await startEmbeddedPostgres(home)
    await killServer(pid)
    await writeFile(pidFile, '')
    await selectOne((await startEmbeddedPostgres(home)).url)
  })

  test.each(['Creating', 'Starting'])(
    'of the script while it is %s, the next start succeeds and cleans up',
    async (step) => {
      const fresh = await makeHome()
      onTestFinished(async () => {
        await stopEmbeddedPostgres(fresh)
        await rm(fresh, { recursive: true })
      })
      const script = spawnScript(['start'], { home: fresh })
      for await (const line of createInterface(script.stderr!)) if (line.startsWith(step)) break
      const ended = new Promise((resolve) => script.once('exit', resolve))
      script.kill('SIGKILL')
      await ended
      await selectOne((await startEmbeddedPostgres(fresh)).url)
      expect(await readdir(fresh)).toEqual(['postgres'])
    },
  )
})

test('a start continues if another process stops the server while it recovers', async () => {
  await stopEmbeddedPostgres(home)
  const settings = join(folder, 'data/postgresql.conf')
  const text = await readFile(settings, 'utf8')
  const signal = join(folder, 'data/recovery.signal')
  await appendFile(settings, "restore_command = 'sleep 60'\n")
  await writeFile(signal, '')
  const started = startEmbeddedPostgres(home)
  await expect.poll(() => findEmbeddedPostgres(home)).toBeDefined()
  await writeFile(settings, text)
  await rm(signal)
  expect(await stopEmbeddedPostgres(home)).toBe(true)
  await expect(selectOne((await started).url)).resolves.toEqual([{ one: 1 }])
})

describe('errors that need the user', () => {
  afterEach(() => stopEmbeddedPostgres(home))

  test('data of another major version', async () => {
    await stopEmbeddedPostgres(home)
    const versionFile = join(folder, 'data/PG_VERSION')
    const version = await readFile(versionFile, 'utf8')
    await writeFile(versionFile, '16\n')
    onTestFinished(() => writeFile(versionFile, version))
    await expect(startEmbeddedPostgres(home)).rejects.toThrow(
      /created by PostgreSQL 16, and the embedded server is PostgreSQL \d+\. Move that folder away/,
    )
  })

  test('a server that ends at once, with its message', async () => {
    const settings = join(folder, 'data/postgresql.conf')
    const text = await readFile(settings, 'utf8')
    await appendFile(settings, 'shared_buffers = nonsense\n')
    onTestFinished(() => writeFile(settings, text))
    await expect(startEmbeddedPostgres(home)).rejects.toThrow(
      /did not start in .*: .*"shared_buffers": "nonsense"/s,
    )
    expect(await runScript(['start'], { home })).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/"shared_buffers": "nonsense"/),
    })
  })

  test.each([[['postgres']], [['postgres', 'postgres/data']]])(
    'a home with the folders %j and no database, to be started or stopped',
    async (folders) => {
      const odd = await makeHome(...folders)
      onTestFinished(() => rm(odd, { recursive: true }))
      for (const act of [startEmbeddedPostgres, findEmbeddedPostgres, stopEmbeddedPostgres])
        await expect(act(odd)).rejects.toThrow(/postgres contains no PostgreSQL database. Move it away/)
    },
  )

  test('a home without a database by the commands that start none', async () => {
    const empty = await makeHome()
    onTestFinished(() => rm(empty, { recursive: true }))
    const stopped = await runScript(['stop'], { home: empty })
    expect(stopped).toEqual({ code: 0, stdout: 'PostgreSQL was not running.\n', stderr: '' })
    const status = await runScript(['status'], { home: join(empty, 'missing') })
    expect(status).toEqual({ code: 6, stdout: 'PostgreSQL is not running.\n', stderr: '' })
    const none = await makeHome('postgres')
    onTestFinished(() => rm(none, { recursive: true }))
    const { code, stderr } = await runScript(['stop'], { home: none })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^\S+postgres contains no PostgreSQL database\. .*\n$/)
  })
})
