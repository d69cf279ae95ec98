import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { sendWebhook, type WebhookMessage } from '../../../src/retraining/report/webhook.ts'
import { receive } from '../webhook-receiver.ts'

const key = Buffer.from('a secret of thirty-two bytes ok?')
const secret = `whsec_${key.toString('base64')}`
const message: WebhookMessage = { id: 'run-1', type: 'retraining.finished', data: { outcome: 'kept' } }
const delays = [0, 0]

test('a message carries the HMAC-SHA256 of id, time and body', async () => {
  const { received, url } = await receive(204)
  expect(await sendWebhook(message, { url, secret })).toEqual({ delivered: true, attempts: 1, error: null })
  const [{ headers, body }] = received as [(typeof received)[0]]
  expect(JSON.parse(body)).toMatchObject({ type: 'retraining.finished', data: { outcome: 'kept' } })
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = createHmac('sha256', key).update(signed).digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${expected}`)
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
})

test('what may pass is tried again, under the same id', async () => {
  const { received, url } = await receive(503, 429, 200)
  expect(await sendWebhook(message, { url, secret, delays })).toMatchObject({ delivered: true, attempts: 3 })
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['run-1']))
})

test('what will not pass is not tried again', async () => {
  const { url } = await receive(410)
  expect(await sendWebhook(message, { url, secret, delays })).toEqual({
    delivered: false,
    attempts: 1,
    error: 'it responded with 410',
  })
})

test('a receiver that stays away is told of, not thrown', async () => {
  const { url } = await receive(500)
  expect(await sendWebhook(message, { url, secret, delays })).toMatchObject({ delivered: false, attempts: 3 })
  const nowhere = await sendWebhook(message, { url: await closedPort(), secret, delays: [] })
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
  expect(await sendWebhook(message, { url, secret, delays: [] })).toMatchObject({ delivered: false })
  expect(received).toHaveLength(1)
})
