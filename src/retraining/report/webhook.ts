// Telling somebody else's program how a run ended, by the rules of https://www.standardwebhooks.com.
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

export interface WebhookMessage {
  /** Names the event; the same for every attempt, so that a receiver may drop what it has already. */
  readonly id: string
  readonly type: 'retraining.finished' | 'retraining.failed'
  readonly data: unknown
}

export interface WebhookOptions {
  readonly url: string
  /** `whsec_` and at least 24 bytes in base64, known to both sides. */
  readonly secret: string
  /** Seconds to wait before each attempt after the first. */
  readonly delays?: readonly number[]
}

/** What became of a message. */
export interface Delivery {
  readonly delivered: boolean
  readonly attempts: number
  /** Why the last attempt failed; null where it did not. */
  readonly error: string | null
}

/**
 * Sends a message as JSON, signed in the header `webhook-signature` by HMAC-SHA256 over its id, the time of the attempt
 * and the body. What the receiver cannot help (no connection, no answer within ten seconds, 408, 429 and 5xx) is tried
 * again, later each time. It never throws: the message matters less than what it tells of.
 */
export async function sendWebhook(message: WebhookMessage, options: WebhookOptions): Promise<Delivery> {
  const { delays = [1, 5, 25] } = options
  const body = JSON.stringify({ type: message.type, timestamp: new Date().toISOString(), data: message.data })
  let attempts = 0
  for (;;) {
    const refusal = await attempt(message.id, body, options)
    const delay = delays[attempts++]
    if (refusal === undefined) return { delivered: true, attempts, error: null }
    if (refusal.final || delay === undefined) return { delivered: false, attempts, error: refusal.error }
    await sleep(1000 * delay)
  }
}

interface Refusal {
  readonly error: string
  /** Whether it would be the same another time. */
  readonly final: boolean
}

async function attempt(
  id: string,
  body: string,
  { url, secret }: WebhookOptions,
): Promise<Refusal | undefined> {
  const at = new Date()
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
      body,
      redirect: 'error', // a signature is for the one who shares the secret
      signal: AbortSignal.timeout(longestAttempt),
    })
    await response.body?.cancel()
    const { ok, status } = response
    return ok ? undefined : { error: `it answered ${status}`, final: !isPassing(status) }
  } catch (error) {
    const { message, cause } = error as Error
    return { error: cause instanceof Error ? `${message}: ${cause.message}` : message, final: false }
  }
}

const longestAttempt = 10_000 // milliseconds

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}
