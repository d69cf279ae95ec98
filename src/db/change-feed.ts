// Changes committed to the database by any process, from the notifications that the triggers of `migrations` send.
import { openPoolBeside } from './pool.ts'
import type { Sql } from './sql.ts'

/** What has changed; `anything` if notifications may have been lost. */
export type Change =
  | { readonly of: 'ratings'; readonly userId: string | null }
  | { readonly of: 'items' | 'availability' | 'champions' | 'anything' }

export interface ChangeFeed {
  /** Calls `listener` with every change from now on. */
  subscribe(listener: (change: Change) => void): void
  /** Whether all changes committed up to two seconds ago have certainly been received. */
  isCurrent(): boolean
  /** Stops the heartbeat; the listening connection closes with the pool. */
  close(): Promise<void>
}

/**
 * Listens on a separate connection, reopened whenever it is lost. Twice a second the feed sends itself a notification, a
 * pulse: once it arrives, all changes committed before it have arrived too. A missing pulse reveals a dead connection
 * that no error reported, or a pooler that does not forward notifications.
 */
export function openChangeFeed(sql: Sql): ChangeFeed {
  const id = crypto.randomUUID()
  const listeners: ((change: Change) => void)[] = []
  const notify = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  let receivedUntil = Number.NEGATIVE_INFINITY
  let isSending = false
  // a pulse must not wait behind other queries
  const pulseConnection = openPoolBeside(sql, 1)

  const pulse = async () => {
    if (isSending) return
    isSending = true
    await sendPulse(pulseConnection, `pulse:${id} ${performance.now()}`).catch(() => {})
    isSending = false
  }
  const receive = (payload: string) => {
    const [kind, detail] = split(payload)
    if (kind !== 'pulse') return notify(toChange(kind, detail))
    const [sender, sentAt] = detail.split(' ')
    if (sender === id) receivedUntil = Number(sentAt)
  }
  const startOver = () => {
    receivedUntil = Number.NEGATIVE_INFINITY
    notify({ of: 'anything' })
    void pulse()
  }
  sql.listen(channel, receive, startOver).catch(() => {})
  const timer = setInterval(pulse, pulseIntervalMs)
  timer.unref()

  return {
    subscribe: (listener) => void listeners.push(listener),
    isCurrent: () => performance.now() - receivedUntil < maxLagMs,
    close: async () => {
      clearInterval(timer)
      await pulseConnection.end({ timeout: 1 })
    },
  }
}

/** None without the triggers of ratings, which a distributed database does not have. */
async function sendPulse(sql: Sql, payload: string): Promise<void> {
  await sql`
    select pg_notify(${channel}, ${payload})
    where exists (select from pg_trigger where tgrelid = 'ratings'::regclass and tgname = 'ratings_inserted')`
}

const channel = 'palate_changes'
const pulseIntervalMs = 500
const maxLagMs = 2000

function split(payload: string): [kind: string, detail: string] {
  const colon = payload.indexOf(':')
  return [payload.slice(0, colon), payload.slice(colon + 1)]
}

function toChange(kind: string, detail: string): Change {
  if (kind === 'ratings') return { of: 'ratings', userId: detail === '' ? null : detail }
  return { of: kind === 'items' || kind === 'availability' || kind === 'champions' ? kind : 'anything' }
}
