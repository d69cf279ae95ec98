import { expect, test } from 'vitest'
import { acquireRunLock } from '../../../src/retraining/run/run-lock.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const [database, neighbor] = [await createTestDatabase(), await createTestDatabase()]

test('the error names the active run of this database, not of another database on the same server', async () => {
  const others = await Promise.all(['a', 'b', 'c'].map(() => createLockElsewhere()))
  const lock = await acquireRunLock(database.sql, 'mine')
  const refused = await acquireRunLock(database.sql, 'yours').catch((error) => error)
  expect(refused).toMatchObject({ name: 'RunInProgressError', runId: 'mine' })
  await lock.release()
  await (await acquireRunLock(database.sql, 'yours')).release()
  for (const other of others) await other?.release()
})

/** One of them gets it. */
async function createLockElsewhere() {
  return acquireRunLock(neighbor.sql, crypto.randomUUID()).catch(() => undefined)
}
