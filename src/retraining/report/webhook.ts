// Webhooks on the end of a run, as specified by https://www.standardwebhooks.com.
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { resolveTarget, type WebhookTarget, WebhookTargetError } from './webhook-target.ts'

export interface WebhookMessage {
  /** The same for every attempt, so that the receiver can drop duplicates. */
  readonly id: string
  readonly type: 'retraining.finished' | 'retraining.failed'
  readonly data: unknown
}

export interface WebhookOptions {
  readonly url: string
  /** `whsec_` followed by at least 24 bytes in base64, shared with the receiver. */
  readonly secret: string
  /** Whether the host may have a loopback or private address; by default not. */
  readonly allowsPrivate?: boolean
  /** Seconds to wait before each attempt after the first. */
  readonly delays?: readonly number[]
}

/** The result of sending a message. */
export interface Delivery {
  readonly delivered: boolean
  readonly attempts: number
  /** The error of the last attempt; null if it succeeded. */
  readonly error: string | null
}

/**
 * Sends a message as JSON, signed in the header `webhook-signature` by HMAC-SHA256 over its id, the time of the attempt
 * and the body. Temporary failures (no connection, no response within ten seconds, 408, 429 and 5xx) are retried with
 * increasing delays. It never throws, since the run has already ended.
 */
export async function sendWebhook(message: WebhookMessage, options: WebhookOptions): Promise<Delivery> {
  const { delays = [1, 5, 25] } = options
  const body = JSON.stringify({ type: message.type, timestamp: new Date().toISOString(), data: message.data })
  let attempts = 0
  for (;;) {
    const failure = await attempt(message.id, body, options)
    const delay = delays[attempts++]
    if (failure === undefined) return { delivered: true, attempts, error: null }
    if (failure.final || delay === undefined) return { delivered: false, attempts, error: failure.error }
    await sleep(1000 * delay)
  }
}

interface Failure {
  readonly error: string
  /** Whether a retry is pointless. */
  readonly final: boolean
}

async function attempt(
  id: string,
  body: string,
  { url, secret, allowsPrivate = false }: WebhookOptions,
): Promise<Failure | undefined> {
  const at = new Date()
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
  try {
    const status = await post(await resolveTarget(url, allowsPrivate), headers, body)
    const isSuccess = status >= 200 && status < 300
    return isSuccess ? undefined : { error: `it responded with ${status}`, final: !isTemporary(status) }
  } catch (error) {
    return { error: (error as Error).message, final: error instanceof WebhookTargetError }
  }
}

/** Connects to the addresses that were checked, whatever the name means now, and follows no redirect. */
async function post(
  { url, addresses }: WebhookTarget,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<number> {
  const lookup: LookupFunction = (_, { all }, callback) => {
    const [{ address, family }] = addresses as [LookupAddress]
    if (all) callback(null, [...addresses])
    else callback(null, address, family)
  }
  const signal = AbortSignal.timeout(attemptTimeoutMs)
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const sending = send(url, { method: 'POST', headers, lookup, signal, agent: false })
  const response = once(sending, 'response') as Promise<[IncomingMessage]>
  sending.end(body)
  const [{ statusCode = 0 }] = await response
  sending.destroy()
  return statusCode
}

const attemptTimeoutMs = 10_000

function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}
