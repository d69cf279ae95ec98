import { expect, test } from 'vitest'
import { findRun, listRuns } from '../../../src/retraining/run/postgres-run-list.ts'
import { createPostgresRuns } from '../../../src/retraining/run/postgres-runs.ts'
import { acquireRunLock } from '../../../src/retraining/run/run-lock.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { parse, smallConfig } from '../small-config.ts'

const [database, neighbor] = [await createTestDatabase(), await createTestDatabase()]

test('a run is running while its process holds the lock, and interrupted once it was killed', async () => {
  const id = crypto.randomUUID()
  const lock = await acquireRunLock(database.sql, id)
  const elsewhere = await acquireRunLock(neighbor.sql, crypto.randomUUID())
  await createPostgresRuns(database).start({
    id,
    config: parse(smallConfig),
    cold: false,
    backend: 'cpu',
    by: 'a test',
  })
  expect(await findRun(database, id)).toMatchObject({ status: 'running', error: null })
  // PostgreSQL releases it when the process ends
  await lock.release()
  expect(await findRun(database, id)).toMatchObject({
    status: 'interrupted',
    error: 'Its process was killed, or has lost the database',
  })
  await createPostgresRuns(database).end(id, 'failed', 'by hand')
  expect(await listRuns(database, 10)).toMatchObject([{ id, status: 'failed', error: 'by hand' }])
  const other = crypto.randomUUID()
  await createPostgresRuns(database).start({
    id: other,
    config: parse(smallConfig),
    cold: false,
    backend: 'cpu',
    by: 'a test',
  })
  expect((await listRuns(database, 1)).map((run) => run.id)).toEqual([other])
  expect((await listRuns(database, 10, 1)).map((run) => run.id)).toEqual([id])
  await elsewhere.release()
})
