import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { sendWebhook, type WebhookMessage } from '../../../src/retraining/report/webhook.ts'
import { resolveTarget, WebhookTargetError } from '../../../src/retraining/report/webhook-target.ts'
import { receive } from '../webhook-receiver.ts'

const key = Buffer.from('a secret of thirty-two bytes ok?')
const secret = `whsec_${key.toString('base64')}`
const message: WebhookMessage = { id: 'run-1', type: 'retraining.finished', data: { outcome: 'kept' } }
const delays = [0, 0]
const allowsPrivate = true

test('a message carries the HMAC-SHA256 of id, time and body', async () => {
  const { received, url } = await receive(204)
  expect(await sendWebhook(message, { url, secret, allowsPrivate })).toEqual({
    delivered: true,
    attempts: 1,
    error: null,
  })
  const [{ headers, body }] = received as [(typeof received)[0]]
  expect(JSON.parse(body)).toMatchObject({ type: 'retraining.finished', data: { outcome: 'kept' } })
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = createHmac('sha256', key).update(signed).digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${expected}`)
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
})

test('what may pass is tried again, under the same id', async () => {
  const { received, url } = await receive(503, 429, 200)
  expect(await sendWebhook(message, { url, secret, allowsPrivate, delays })).toMatchObject({
    delivered: true,
    attempts: 3,
  })
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['run-1']))
})

test('what will not pass is not tried again', async () => {
  const { url } = await receive(410)
  expect(await sendWebhook(message, { url, secret, allowsPrivate, delays })).toEqual({
    delivered: false,
    attempts: 1,
    error: 'it responded with 410',
  })
})

test('a failed delivery is returned, not thrown', async () => {
  const { url } = await receive(500)
  expect(await sendWebhook(message, { url, secret, allowsPrivate, delays })).toMatchObject({
    delivered: false,
    attempts: 3,
  })
  const nowhere = await sendWebhook(message, { url: await closedPort(), secret, allowsPrivate, delays: [] })
  expect(nowhere).toMatchObject({ delivered: false, attempts: 1 })
  expect(nowhere.error).toContain('ECONNREFUSED')
})

/** A URL whose server has just closed. */
async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/`
}

test('redirects are not followed', async () => {
  const { received, url } = await receive(307, 200)
  expect(await sendWebhook(message, { url, secret, allowsPrivate, delays: [] })).toMatchObject({
    delivered: false,
  })
  expect(received).toHaveLength(1)
})

test('a loopback or private address is refused unless it is allowed, and is not tried again', async () => {
  const { received, url } = await receive(200)
  const { port } = new URL(url)
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433'])
    expect(await sendWebhook(message, { url: `http://${host}:${port}/hook`, secret, delays })).toMatchObject({
      delivered: false,
      attempts: 1,
      error: expect.stringContaining('--notify-private'),
    })
  expect(received).toEqual([])
  expect(
    await sendWebhook(message, { url: `http://localhost:${port}/hook`, secret, allowsPrivate }),
  ).toMatchObject({
    delivered: true,
  })
})

test.each([
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '[fe80::1]',
  '[fd00::1]',
])('the private address %s is refused', async (host) => {
  await expect(resolveTarget(`https://${host}/`, false)).rejects.toThrow(WebhookTargetError)
})

test.each(['203.0.114.5', '8.8.8.8', '[2606:4700::1111]'])(
  'the public address %s is allowed',
  async (host) => {
    const { addresses } = await resolveTarget(`https://${host}/`, false)
    expect(addresses).toHaveLength(1)
  },
)

test.each(['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x', 'hooks.example.com'])(
  'the URL %s is refused',
  async (url) => {
    await expect(resolveTarget(url, true)).rejects.toThrow('needs a URL with http or https')
  },
)
