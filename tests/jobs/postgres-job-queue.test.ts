import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { JobFailedError, type WorkOptions } from '../../src/jobs/job-queue.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { openGate } from '../db/gate.ts'
import { createTestDatabase } from '../db/test-database.ts'

const { sql, url } = await createTestDatabase()
// two that start at once agree on the tables
const [queue, other] = await Promise.all([openJobQueue(sql), openJobQueue(sql)])

const patient = () => new AbortController().signal

/** Works with `handle` until `enough` is done. */
async function workWhile(enough: Promise<unknown>, handle: WorkOptions['handle'], workers = [queue]) {
  const abort = new AbortController()
  const working = workers.map((one) => one.work({ handle, signal: abort.signal }))
  await enough.finally(() => abort.abort())
  await Promise.all(working)
}

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the queue', () => {
  test('hands each job to one of several workers, once', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => `each-${n}`)
    const ids = await Promise.all(keys.map((key, n) => queue.send(key, { kind: 'square', data: { n } })))
    const done: unknown[] = []
    const results = Promise.all(ids.map((id) => queue.result(id, patient())))
    await workWhile(
      results,
      async ({ kind, data }) => {
        done.push(data.n)
        return { kind, squared: (data.n as number) ** 2 }
      },
      [queue, other],
    )
    expect(await results).toEqual(keys.map((_, n) => ({ kind: 'square', squared: n * n })))
    expect(done.toSorted()).toEqual(keys.map((_, n) => n).toSorted())
  })

  test('takes the same key for the same job, done or not', async () => {
    const send = () => queue.send('same', { kind: 'count', data: {} })
    const ids = await Promise.all([send(), send()])
    expect(ids[1]).toBe(ids[0])
    let calls = 0
    const handle = async () => ({ call: ++calls })
    await workWhile(queue.result(ids[0], patient()), handle)
    expect(await send()).toBe(ids[0])
    expect(await queue.result(ids[0], patient())).toEqual({ call: 1 })
  })

  test('tries again what failed because the database was away', async () => {
    const id = await queue.send('twice', { kind: 'fail', data: {} })
    let calls = 0
    const failing = async () => {
      if (++calls < 2) throw Object.assign(new Error('a bad moment'), { code: 'ECONNREFUSED' })
      return { calls }
    }
    await workWhile(queue.result(id, patient()), failing)
    expect(await queue.result(id, patient())).toEqual({ calls: 2 })
  })

  test('takes back the job of a worker that cannot write, which ends, for another worker', async () => {
    const id = await queue.send('full', { kind: 'write', data: {} })
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    const failing = queue.work({
      handle: () => Promise.reject(full),
      isWorkerFailure: (error) => error === full,
      signal: patient(),
    })
    await expect(failing).rejects.toBe(full)
    await workWhile(queue.result(id, patient()), async () => ({ written: true }))
    expect(await queue.result(id, patient())).toEqual({ written: true })
  })

  test('tries nothing again that failed by itself, states why, and tries it once more when it is requested again', async () => {
    const send = () => queue.send('diverging', { kind: 'fail', data: {} })
    const id = await send()
    let calls = 0
    const failing = async () => {
      if (++calls === 1) throw new Error('the loss is NaN')
      return { calls }
    }
    const result = queue.result(id, patient())
    await workWhile(
      result.catch(() => {}),
      failing,
    )
    await expect(result).rejects.toThrow(JobFailedError)
    await expect(result).rejects.toThrow('diverging failed: the loss is NaN')
    await send()
    await workWhile(queue.result(id, patient()), failing)
    expect(calls).toBe(2)
  })

  test('hands back the job of a worker that is stopped, as if it had not begun', async () => {
    const id = await queue.send('handed back', { kind: 'long', data: {} })
    const { open, opened } = gate()
    await workWhile(opened, (_job, signal) => {
      open()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const [job] = (await queue.list()).filter((one) => one.id === id)
    expect(job).toMatchObject({ kind: 'long', key: 'handed back', state: 'created', retries: 0 })
    await workWhile(queue.result(id, patient()), async () => ({}))
  })

  test('gives a job to another worker when the connection of its own is cut, and tells the first', async () => {
    const id = await queue.send('cut off', { kind: 'long', data: {} })
    const first = gate()
    const told = gate()
    let calls = 0
    const result = queue.result(id, patient())
    await workWhile(
      result,
      async (_job, signal) => {
        if (++calls > 1) {
          await told.opened
          return { by: 'the other' }
        }
        signal.addEventListener('abort', () => told.open())
        first.open()
        await sql`select pg_terminate_backend(pid) from pg_locks
          where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
        await told.opened
        return { by: 'the first' }
      },
      [queue, other],
    )
    await first.opened
    expect(await result).toEqual({ by: 'the other' })
    expect(calls).toBe(2)
  })

  test('cancels a job that has not started', async () => {
    const id = await queue.send('withdrawn', { kind: 'long', data: {} })
    await queue.cancel(id)
    await expect(queue.result(id, patient())).rejects.toThrow('withdrawn cancelled')
  })
})

test('a request to the queue ends when its connection is reset while it is opened', async () => {
  const network = await openGate(new URL(url))
  const database = connect(network.url)
  onTestFinished(async () => {
    await database.close()
    await network.shut()
  })
  const remote = await openJobQueue(database.sql)
  const id = await remote.send('reset', { kind: 'square', data: {} })
  network.resetNext(4)
  // at least one of them opens a connection
  const requests = await Promise.allSettled(Array.from({ length: 5 }, () => remote.cancel(id)))
  expect(requests.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  await remote.cancel(id)
})
