// Root cannot run PostgreSQL, and other users cannot access root's folders.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { chmod, chown, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../src/db/database.ts'
import { canReach, isRoot, type Owner } from '../../../src/db/embedded/owner.ts'
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '../../../src/db/embedded-postgres.ts'
import { makeHome, runScript } from '../db-script.ts'

const otherUser: Owner = { uid: idOf('-u'), gid: idOf('-g') }

/** Other users can be taken on by root alone, and must be able to enter the checkout and run Node. */
const othersCanRun =
  isRoot() && [import.meta.dirname, process.execPath].every((path) => canReach(otherUser, path))

describe.runIf(isRoot())('for root', () => {
  test('the server runs as another user, in the home, and an ordinary user is told that it belongs to another user', async () => {
    const home = await makeTemporaryHome()
    const server = await startEmbeddedPostgres(home)
    expect(server.folder).toBe(join(home, 'postgres'))
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0)
    if (!othersCanRun) return
    expect(await runScript(['start'], { home, user: otherUser })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/belongs to another user \(user id \d+\)\. Run this as the user/),
    })
  })

  test('if that user cannot access the home, a message says so, and the data are elsewhere', async () => {
    const lines: string[] = []
    const outer = await makeTemporaryHome('closed')
    const home = join(outer, 'closed')
    await chmod(outer, 0o700)
    const server = await startEmbeddedPostgres(home, (line) => lines.push(line))
    const { folder } = server
    onTestFinished(() => rm(folder, { recursive: true }))
    expect(folder).toMatch(/^\/var\/lib\/palate\/[0-9a-f]{16}$/)
    expect(lines[0]).toContain(`${folder} (${home} is not accessible to the user "postgres"`)
    expect(await findEmbeddedPostgres(home)).toEqual(server)
    const { sql, close } = connect(server.url)
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    await close()
    expect(await stopEmbeddedPostgres(home)).toBe(true)
  })
})

describe.runIf(othersCanRun)('for an ordinary user', () => {
  test('the server is the user’s own, also when root starts it', async () => {
    const home = await makeTemporaryHome()
    await chown(home, otherUser.uid, otherUser.gid)
    const started = await runScript(['start', '--json'], { home, user: otherUser })
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(/"running":true/) })
    const { pid } = JSON.parse(started.stdout)
    expect(await findEmbeddedPostgres(home)).toMatchObject({ pid })
    expect(await stopEmbeddedPostgres(home)).toBe(true)
    const roots = await startEmbeddedPostgres(home)
    expect(statSync(`/proc/${roots.pid}`).uid).toBe(otherUser.uid)
    expect(await runScript(['stop'], { home, user: otherUser })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is stopped/),
    })
    expect(await runScript(['start'], { home, user: otherUser })).toMatchObject({ code: 0 })
  })

  test('a home that cannot be written is refused by name', async () => {
    const home = await makeTemporaryHome()
    const refused = await runScript(['start'], { home, user: otherUser })
    expect(refused).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/^This user cannot write to \/.*Set PALATE_HOME/),
    })
  })
})

async function makeTemporaryHome(...folders: readonly string[]): Promise<string> {
  const home = await makeHome(...folders)
  onTestFinished(async () => {
    await stopEmbeddedPostgres(home)
    await rm(home, { recursive: true })
  })
  return home
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'daemon'], { encoding: 'utf8' }))
}
