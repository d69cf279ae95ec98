import { createRandom, type Random } from '../../random/random.ts'
import { attraction, examination } from './click-model.ts'

/** A visitor of a running service. */
export interface Visitor {
  readonly userId: string
  /** The rating the visitor would give an item. */
  rate(itemId: string): number
}

export interface VisitOptions {
  /** Where replicas of the service listen; visits go to them in turn. */
  readonly urls: readonly string[]
  readonly visitors: readonly Visitor[]
  /** Visits of each visitor. */
  readonly visits: number
  readonly seed: number
  readonly signal?: AbortSignal
  onVisit?(done: number): void
}

/** What visitors saw and did, by variant; under `none` where no experiment was. */
export interface Visited {
  readonly lists: Readonly<Record<string, number>>
  readonly clicks: Readonly<Record<string, number>>
  /** Visits that no replica answered. */
  readonly failures: number
}

interface Answer {
  readonly requestId: string
  readonly variant?: string
  readonly items: readonly { readonly itemId: string }[]
}

/**
 * Sends simulated visitors to a service: each asks for a list, clicks by the position-based model and the truth of the
 * visitor's taste, and tells of it. A replica that does not answer is passed over for the next one.
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

async function visit({ urls }: VisitOptions, visitor: Visitor, random: Random, turn: number) {
  const path = `/recommend/${encodeURIComponent(visitor.userId)}`
  const answer = await askInTurn<Answer>(urls, turn, path)
  if (answer === undefined) return undefined
  const clicked = answer.items.filter(
    ({ itemId }, place) => random.uniform() < examination(place + 1) * attraction(visitor.rate(itemId)),
  )
  const events = clicked.map(({ itemId }) => ({ type: 'click', requestId: answer.requestId, itemId }))
  if (events.length > 0) await askInTurn(urls, turn, '/feedback', events)
  return { variant: answer.variant ?? 'none', clicks: events.length }
}

/** Of the replicas, beginning with the one whose turn it is, the first that answers. */
async function askInTurn<T>(urls: readonly string[], turn: number, path: string, body?: unknown) {
  const headers = { 'Content-Type': 'application/json' }
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  for (let n = 0; n < urls.length; n++) {
    const response = await fetch(urls[(turn + n) % urls.length]! + path, init).catch(() => undefined)
    if (response?.ok) return (await response.json()) as T
  }
  return undefined
}
