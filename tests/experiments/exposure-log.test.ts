import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockOfErasures } from '../../src/db/erasure-schema.ts'
import { openPoolBeside } from '../../src/db/pool.ts'
import { eraseFromJournals } from '../../src/experiments/erase-journals.ts'
import type { Exposure } from '../../src/experiments/exposure.ts'
import { openExposureLog } from '../../src/experiments/exposure-log.ts'
import { createPostgresErasure } from '../../src/experiments/postgres-erasure.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { createPostgresExposureWriter } from '../../src/experiments/postgres-exposures.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { sampleDefinition } from './sample-definition.ts'

const database = await createTestDatabase()
const { sql } = database
const write = createPostgresExposureWriter(database)
const log = pino({ level: 'silent' })
const root = mkdtempSync(join(tmpdir(), 'exposures-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(folders++))
beforeAll(() => createPostgresExperiments(database).create(sampleDefinition({ name: 'e' })))

const exposure = (requestId: string): Exposure => ({
  requestId,
  userId: 'müller "1"',
  experiment: 'e',
  variant: 'control',
  forced: false,
  model: 'i-autorec',
  version: 2,
  historySize: 7,
  items: ['a,b', '{c}', 'null'],
  teams: null,
  propensities: null,
  servedAt: 1_700_000_000_123,
})
const logged = async (prefix: string) =>
  (await sql`select request_id from exposures where request_id like ${`${prefix}%`} order by 1`).map(
    (row) => row.request_id as string,
  )

describe('the exposure log', () => {
  test('has written all that was added when it is closed, and leaves nothing on disk', async () => {
    const folder = newFolder()
    const exposures = openExposureLog({ write, folder, log })
    for (let n = 0; n < 2500; n++) exposures.add(exposure(`many-${String(n).padStart(4, '0')}`))
    await exposures.close()
    expect(await logged('many')).toHaveLength(2500)
    expect(readdirSync(folder)).toEqual([])
    const [row] = await sql`select * from exposures where request_id = 'many-0000'`
    expect(row).toMatchObject({
      user_id: 'müller "1"',
      items: ['a,b', '{c}', 'null'],
      teams: null,
      propensities: null,
      version: 2,
    })
    expect(row!.served_at.getTime()).toBe(1_700_000_000_123)
  })

  test('writes a request that comes twice once', async () => {
    const exposures = openExposureLog({ write, folder: newFolder(), log })
    exposures.add(exposure('twice'))
    exposures.add(exposure('twice'))
    await exposures.close()
    expect(await logged('twice')).toEqual(['twice'])
  })

  test('writes what a process that died left behind, but for a line it did not finish', async () => {
    const folder = newFolder()
    const exposures = openExposureLog({ write: () => Promise.reject(new Error('away')), folder, log })
    exposures.add(exposure('left-1'))
    exposures.add(exposure('left-2'))
    await exposures.close()
    const [page] = readdirSync(folder)
    // No process has a number beyond 2²².
    const lines = `${JSON.stringify(exposure('left-3'))}\n${JSON.stringify(exposure('left-4')).slice(0, 40)}`
    writeFileSync(join(folder, '99999999-1-0.jsonl'), lines)
    await openExposureLog({ write, folder, log }).close()
    expect(await logged('left')).toEqual(['left-3'])
    // The page of the process that lives is not touched.
    expect(readdirSync(folder)).toEqual([page])
  })

  test('writes what a dead process with the number of this one left behind, as in a container', async () => {
    const folder = newFolder()
    await openExposureLog({ write, folder, log }).close()
    const page = `${process.pid}-${randomUUID()}-0.jsonl`
    writeFileSync(join(folder, page), `${JSON.stringify(exposure('restarted'))}\n`)
    expect(await eraseFromJournals(folder, 'another user')).toBe(0)
    await openExposureLog({ write, folder, log }).close()
    expect(await logged('restarted')).toEqual(['restarted'])
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, page), `${JSON.stringify(exposure('restarted'))}\n`)
    expect(await eraseFromJournals(folder, exposure('').userId)).toBe(1)
  })

  test('keeps what the database does not take, and writes it when it is back', async () => {
    let away = true
    const exposures = openExposureLog({
      write: (batch) => (away ? Promise.reject(new Error('away')) : write(batch)),
      folder: newFolder(),
      log,
    })
    exposures.add(exposure('back-1'))
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(await logged('back')).toEqual([])
    away = false
    exposures.add(exposure('back-2'))
    await exposures.close()
    expect(await logged('back')).toEqual(['back-1', 'back-2'])
  })

  test('writes from disk what did not fit in memory, and removes all pages', async () => {
    let away = true
    const folder = newFolder()
    const exposures = openExposureLog({
      write: (batch) => (away ? Promise.reject(new Error('away')) : write(batch)),
      folder,
      log,
      maxInMemory: 10,
    })
    for (let n = 0; n < 25; n++) exposures.add(exposure(`over-${n}`))
    await expect.poll(() => readdirSync(folder).length).toBe(1)
    away = false
    await expect.poll(() => readdirSync(folder)).toEqual([])
    exposures.add(exposure('over-25'))
    await exposures.close()
    expect(await logged('over')).toHaveLength(26)
    expect(readdirSync(folder)).toEqual([])
  })

  test('sets unreadable lines of a journal aside, and writes the others', async () => {
    const folder = newFolder()
    await openExposureLog({ write, folder, log }).close()
    const unreadable = [
      '{"requestId": "torn',
      'null',
      JSON.stringify({ ...exposure('torn-1'), version: 2 ** 40 }),
    ]
    const page = [...unreadable, JSON.stringify(exposure('torn-2')), '']
    writeFileSync(join(folder, '99999999-1-0.jsonl'), page.join('\n'))
    await openExposureLog({ write, folder, log }).close()
    expect(await logged('torn')).toEqual(['torn-2'])
    expect(readdirSync(folder)).toEqual(['unreadable.txt'])
    expect(readFileSync(join(folder, 'unreadable.txt'), 'utf8')).toBe(`${unreadable.join('\n')}\n`)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'unreadable.txt')).mode & 0o777).toBe(0o600)
  })

  test('leaves out exposures of an experiment that is gone, and writes the others of the batch', async () => {
    const exposures = openExposureLog({ write, folder: newFolder(), log })
    exposures.add({ ...exposure('gone-1'), experiment: 'deleted' })
    exposures.add(exposure('gone-2'))
    await exposures.close()
    expect(await logged('gone')).toEqual(['gone-2'])
  })

  describe('of a user who was erased meanwhile', () => {
    const eraseUser = createPostgresErasure(database)
    const served = (requestId: string, userId: string, servedAt = Date.now()) => ({
      ...exposure(requestId),
      userId,
      servedAt,
    })

    test('writes nothing that waited in memory, here or in another process', async () => {
      const logs = [newFolder(), newFolder()].map((folder) => openExposureLog({ write, folder, log }))
      logs.forEach((exposures, n) => {
        exposures.add(served(`erased-${n}`, 'leaving'))
        exposures.add(served(`kept-${n}`, 'staying'))
      })
      await eraseUser('leaving')
      await Promise.all(logs.map((exposures) => exposures.close()))
      expect(await logged('erased')).toEqual([])
      expect(await logged('kept')).toEqual(['kept-0', 'kept-1'])
    })

    test('writes nothing that a process which died left on disk, and leaves nothing there', async () => {
      const folder = newFolder()
      await openExposureLog({ write, folder, log }).close()
      const lines = [served('disk-1', 'leaving'), served('disk-2', 'staying')].map((line) =>
        JSON.stringify(line),
      )
      writeFileSync(join(folder, '99999999-1-0.jsonl'), `${lines.join('\n')}\n`)
      await eraseUser('leaving')
      await openExposureLog({ write, folder, log }).close()
      expect(await logged('disk')).toEqual(['disk-2'])
      expect(readdirSync(folder)).toEqual([])
    })

    test('forgets feedback that named only the list', async () => {
      const saveFeedback = createPostgresFeedback(database)
      await saveFeedback(
        ['late-1', 'late-2'].map((requestId) => ({ type: 'click', requestId, value: 1, at: Date.now() })),
      )
      await eraseUser('leaving')
      await write([served('late-1', 'leaving'), served('late-2', 'staying')])
      const rows = await sql`select request_id from feedback where request_id like 'late-%'`
      expect(rows.map((row) => row.request_id)).toEqual(['late-2'])
    })

    test('waits for a writer in progress, and erases what it wrote', async () => {
      const other = openPoolBeside(sql, 1)
      await other`begin`
      await other`select pg_advisory_xact_lock_shared(${lockOfErasures})`
      await other`
        insert into exposures (user_id, request_id, experiment, variant, forced, model, version, history_size, items, served_at)
        values ('leaving', 'under-way', 'e', 'control', false, 'm', 1, 0, '{}', now())`
      const erasing = eraseUser('leaving')
      const waiting = () => sql`select 1 from pg_locks where locktype = 'advisory' and not granted`
      await expect.poll(async () => (await waiting()).length).toBe(1)
      await other`commit`
      await other.end()
      expect(await erasing).toMatchObject({ exposures: 1 })
      expect(await logged('under-way')).toEqual([])
    })

    test('writes what is served to the user who comes back', async () => {
      await eraseUser('leaving')
      await write([served('back-again', 'leaving', Date.now() + 120_000)])
      expect(await logged('back-again')).toEqual(['back-again'])
    })

    test('records the erasure without the user id', async () => {
      const text = JSON.stringify(await sql`select erasures::text, encode(user_hash, 'escape') from erasures`)
      expect(text).not.toContain('leaving')
    })
  })
})
