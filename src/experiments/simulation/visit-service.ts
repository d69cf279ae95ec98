import { createRandom, type Random } from '../../random/random.ts'
import { attraction, examination } from './click-model.ts'

/** A simulated user of a running service. */
export interface Visitor {
  readonly userId: string
  /** The rating the visitor would give an item. */
  rate(itemId: string): number
}

export interface VisitOptions {
  /** URLs of the replicas; visits are distributed round-robin. */
  readonly urls: readonly string[]
  readonly visitors: readonly Visitor[]
  /** Number of visits per visitor. */
  readonly visits: number
  readonly seed: number
  /** The surface of the lists, which decides which experiments apply; none when absent. */
  readonly surface?: string
  readonly signal?: AbortSignal
  onVisit?(done: number): void
}

/** Lists and clicks by variant; `none` without an experiment. */
export interface Visited {
  readonly lists: Readonly<Record<string, number>>
  readonly clicks: Readonly<Record<string, number>>
  /** Visits without a response from any replica. */
  readonly failures: number
}

interface ListResponse {
  readonly requestId: string
  readonly variant?: string
  readonly items: readonly { readonly itemId: string }[]
}

/**
 * Sends simulated visitors to a service: each requests a list, clicks by the position-based model and the true ratings,
 * and sends the clicks as feedback. A replica that does not respond is skipped.
 */
export async function visitService(options: VisitOptions): Promise<Visited> {
  const { visitors, visits, seed, signal } = options
  const [lists, clicks]: [Record<string, number>, Record<string, number>] = [{}, {}]
  let [failures, done] = [0, 0]
  for (let round = 0; round < visits; round++)
    for (const visitor of visitors) {
      signal?.throwIfAborted()
      const random = createRandom(seed, 'visit', round, visitor.userId)
      const seen = await visit(options, visitor, random, done)
      if (seen === undefined) failures++
      else {
        lists[seen.variant] = (lists[seen.variant] ?? 0) + 1
        clicks[seen.variant] = (clicks[seen.variant] ?? 0) + seen.clicks
      }
      options.onVisit?.(++done)
    }
  return { lists, clicks, failures }
}

async function visit({ urls, surface }: VisitOptions, visitor: Visitor, random: Random, turn: number) {
  const query = surface === undefined ? '' : `?${new URLSearchParams({ surface })}`
  const path = `/recommend/${encodeURIComponent(visitor.userId)}${query}`
  const list = await requestRoundRobin<ListResponse>(urls, turn, path)
  if (list === undefined) return undefined
  const clicked = list.items.filter(
    ({ itemId }, place) => random.uniform() < examination(place + 1) * attraction(visitor.rate(itemId)),
  )
  const events = clicked.map(({ itemId }) => ({ type: 'click', requestId: list.requestId, itemId }))
  if (events.length > 0) await requestRoundRobin(urls, turn, '/feedback', events)
  return { variant: list.variant ?? 'none', clicks: events.length }
}

/** The response of the first available replica, starting with replica `turn`. */
async function requestRoundRobin<T>(urls: readonly string[], turn: number, path: string, body?: unknown) {
  const headers = { 'Content-Type': 'application/json' }
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  for (let n = 0; n < urls.length; n++) {
    const response = await fetch(urls[(turn + n) % urls.length]! + path, init).catch(() => undefined)
    if (response?.ok) return (await response.json()) as T
  }
  return undefined
}
