import { describe, expect, test } from 'vitest'
import { openAccess } from '../../../src/http/access/open-access.ts'
import { createPostgresApiKeys } from '../../../src/http/access/postgres-api-keys.ts'
import { createLog } from '../../../src/http/log.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const keys = createPostgresApiKeys(await createTestDatabase())
const log = createLog('silent')
const requestsPerMinute = 10

describe('before there is a key', () => {
  test.each(['127.0.0.1', '127.8.0.1', '::1', 'localhost'])('none is required on %s', async (host) => {
    expect((await openAccess(keys, { host, requestsPerMinute, log })).rules).toBeUndefined()
  })

  test.each(['0.0.0.0', '::', '192.168.1.5', 'db.127.0.0.1.example'])(
    'the service does not start on %s, and says how to mend it',
    async (host) => {
      const opening = openAccess(keys, { host, requestsPerMinute, log })
      await expect(opening).rejects.toThrow(/npm run keys -- create.*API_KEYS=off/s)
    },
  )

  test('it starts on any address when keys are off, and on none when they are required', async () => {
    const access = await openAccess(keys, { host: '0.0.0.0', apiKeys: 'off', requestsPerMinute, log })
    expect(access.rules).toBeUndefined()
    await expect(
      openAccess(keys, { host: '127.0.0.1', apiKeys: 'required', requestsPerMinute, log }),
    ).rejects.toThrow('requires API keys')
  })
})

test('with a key the service requires it, and follows changes', async () => {
  const grant = { name: 'a', scopes: ['read'] as const, requestsPerMinute: null, expiresAt: null }
  const first = await keys.create(grant)
  const { rules, close } = await openAccess(keys, { host: '0.0.0.0', requestsPerMinute, log })
  expect(rules!.keys.find(first.secret)).toMatchObject({ id: first.key.id })
  const second = await keys.create(grant)
  await keys.revoke(first.key.id)
  await expect.poll(() => rules!.keys.find(second.secret)).toBeDefined()
  expect(rules!.keys.find(first.secret)).toBeUndefined()
  close()
})
