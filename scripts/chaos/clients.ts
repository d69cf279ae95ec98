// The load: clients that rate, report feedback and ask for recommendations.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rating } from '../../src/ratings/rating.ts'
import { pairOf } from './ledger.ts'
import { request, type Service } from './request.ts'

export interface Clients {
  /** Ends after the requests in progress. Events that were never acknowledged are not sent again. */
  stop(): Promise<void>
}

const intervalMs = 100
/** Clients of each kind. */
const count = 3
const k = 10

/** @param events what the clients rate, in this order, and again with other values when all are rated */
export function startClients(
  service: Service,
  events: readonly Rating[],
  userIds: readonly string[],
): Clients {
  const stopping = new AbortController()
  const { signal } = stopping
  const clients = Array.from({ length: count }, (_, client) => client)
  // no two clients rate the same pair, so that the last acknowledged value is known
  const share = (client: number) => events.filter((_, n) => n % count === client)
  const running = clients.flatMap((client) => [
    write(service, share(client), signal),
    read(service, userIds, client, signal),
  ])
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

const pause = (signal: AbortSignal) => sleep(intervalMs, undefined, { signal }).catch(() => {})

/** Sends each event until it is acknowledged, as a client does that must not lose any. */
async function write(service: Service, events: readonly Rating[], signal: AbortSignal): Promise<void> {
  const { ledger } = service
  for (let round = 0; !signal.aborted; round++)
    for (const { userId, itemId, value: first } of events) {
      const value = 1 + ((first - 1 + round) % 5)
      const time = Date.now() / 1000
      const isRated = () => request(service, '/ratings', { userId, itemId, value, time })
      if (!(await untilAcknowledged(isRated, signal))) return
      ledger.ratings.set(pairOf(userId, itemId), value)
      const eventId = crypto.randomUUID()
      const isReported = () => request(service, '/feedback', { type: 'click', userId, itemId, eventId })
      if (!(await untilAcknowledged(isReported, signal))) return
      ledger.feedback.add(eventId)
      await pause(signal)
    }
}

async function untilAcknowledged(send: () => Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if ((await send()) !== undefined) return true
    await pause(signal)
  }
  return false
}

interface Recommendation {
  readonly model: { readonly name: string; readonly version: number }
  readonly items: readonly { readonly itemId: string }[]
}

async function read(
  service: Service,
  userIds: readonly string[],
  client: number,
  signal: AbortSignal,
): Promise<void> {
  const { versions, violations } = service.ledger
  for (let n = client; !signal.aborted; n += count) {
    const path = `/recommend/${userIds[n % userIds.length]}?k=${k}`
    const list = (await request(service, path)) as Recommendation | undefined
    if (list) {
      versions.add(`${list.model.name}@${list.model.version}`)
      const distinct = new Set(list.items.map(({ itemId }) => itemId)).size
      if (distinct !== k) violations.push(`GET ${path}: ${distinct} distinct items instead of ${k}`)
    }
    await pause(signal)
  }
}
