import { expect, test } from 'vitest'
import { takeRunLock } from '../../../src/retraining/run/run-lock.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const [database, neighbour] = [await createTestDatabase(), await createTestDatabase()]

test('whoever comes in vain is told the run of this database, not one of another on the same server', async () => {
  const others = await Promise.all(['a', 'b', 'c'].map(() => createLockElsewhere()))
  const lock = await takeRunLock(database, 'mine')
  const refused = await takeRunLock(database, 'yours').catch((error) => error)
  expect(refused).toMatchObject({ name: 'RunInProgressError', runId: 'mine' })
  await lock.release()
  await (await takeRunLock(database, 'yours')).release()
  for (const other of others) await other?.release()
})

/** One of them gets it. */
async function createLockElsewhere() {
  return takeRunLock(neighbour, crypto.randomUUID()).catch(() => undefined)
}
