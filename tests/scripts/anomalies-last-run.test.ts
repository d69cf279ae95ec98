import { expect, test } from 'vitest'
import { createTestDatabase } from '../db/test-database.ts'
import { runCommandHere } from '../run-command-here.ts'

const { url } = await createTestDatabase()
const run = (...args: string[]) =>
  runCommandHere('anomalies', ['--last-run', ...args], { env: { DATABASE_URL: url } })

test('before the first retraining --last-run says that none has found users', async () => {
  const { code, stdout } = await run()
  expect(code).toBe(0)
  expect(stdout).toContain('No users are recorded')
  expect(stdout).not.toContain('in the last retraining')
  expect(JSON.parse((await run('--json')).stdout)).toEqual({ users: [] })
  expect((await run('--csv')).stdout).toBe(
    'userId,score,reasons,cause,promotedItem,quarantined,since,until,release\r\n',
  )
})

test('--last-run refuses options that it would ignore, with exit code 2', async () => {
  for (const option of [
    ['--model', 'mult-vae'],
    ['--ratings', 'ratings.csv'],
    ['--threshold', '6'],
    ['--limit', '3'],
    ['--backend', 'cpu'],
    ['--implicit'],
  ]) {
    const { code, stderr } = await run(...option)
    expect(code, option[0]).toBe(2)
    expect(stderr).toContain(`'--last-run' cannot be used with option '${option[0]}`)
  }
})
