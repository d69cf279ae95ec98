// What is committed to the database, by whichever process, as it happens: the notifications that the triggers of
// `migrations` send.
import { openPoolBeside, type Sql } from './pool.ts'

/** What may be other than before; `anything` where notifications may have been lost. */
export type Change =
  | { readonly of: 'ratings'; readonly userId: string | null }
  | { readonly of: 'items' | 'champions' | 'anything' }

export interface ChangeFeed {
  /** Calls `hear` with every change from now on. */
  subscribe(hear: (change: Change) => void): void
  /** Whether all that was committed up to two seconds ago has certainly been heard. */
  isCurrent(): boolean
  /** Ends the pulses; the connection that listens ends with those of the pool. */
  close(): Promise<void>
}

/**
 * Listens over a connection of its own, opened again whenever it is lost. Twice a second a pulse goes through the
 * database: when it comes back, so has everything committed before it was sent. Thus a connection that is dead without
 * anybody having been told, or a pooler that passes no notifications on, is known by the pulses that stay away.
 */
export function openChangeFeed(sql: Sql): ChangeFeed {
  const id = crypto.randomUUID()
  const listeners: ((change: Change) => void)[] = []
  const tell = (change: Change) => {
    for (const hear of listeners) hear(change)
  }
  let heardUntil = Number.NEGATIVE_INFINITY
  let isAsking = false
  // A pulse must not wait behind the queries of others.
  const own = openPoolBeside(sql, 1)

  const pulse = async () => {
    if (isAsking) return
    isAsking = true
    await own.notify(channel, `pulse:${id} ${performance.now()}`).catch(() => {})
    isAsking = false
  }
  const hear = (payload: string) => {
    const [kind, detail] = split(payload)
    if (kind !== 'pulse') return tell(toChange(kind, detail))
    const [sender, sentAt] = detail.split(' ')
    if (sender === id) heardUntil = Number(sentAt)
  }
  const startOver = () => {
    heardUntil = Number.NEGATIVE_INFINITY
    tell({ of: 'anything' })
    void pulse()
  }
  sql.listen(channel, hear, startOver).catch(() => {})
  const timer = setInterval(pulse, pulseEvery)
  timer.unref()

  return {
    subscribe: (listener) => void listeners.push(listener),
    isCurrent: () => performance.now() - heardUntil < toleratedLag,
    close: async () => {
      clearInterval(timer)
      await own.end({ timeout: 1 })
    },
  }
}

const channel = 'palate_changes'
// milliseconds
const pulseEvery = 500
const toleratedLag = 2000

function split(payload: string): [kind: string, detail: string] {
  const colon = payload.indexOf(':')
  return [payload.slice(0, colon), payload.slice(colon + 1)]
}

function toChange(kind: string, detail: string): Change {
  if (kind === 'ratings') return { of: 'ratings', userId: detail === '' ? null : detail }
  return { of: kind === 'items' || kind === 'champions' ? kind : 'anything' }
}
