import type { RouteTraffic, Traffic } from '../console/overview/traffic.ts'

/** What happened in one minute. */
interface Minute {
  /** Minutes since 1970. */
  readonly at: number
  readonly routes: Map<string, RouteCounts>
  rejected: number
  historyReads: number
  historyHits: number
}

interface RouteCounts {
  /** Responses by duration: up to each limit, and longer ones last. */
  readonly byDuration: Uint32Array
  failures: number
}

/** Counts the requests of the last five minutes by minute, in addition to the metrics, which count since the start. */
export class RecentTraffic {
  readonly #limits: readonly number[]
  readonly #now: () => number
  readonly #startedAt: number
  #minutes: Minute[] = []

  /**
   * @param limits the upper limits of the histogram buckets in seconds, ascending
   * @param now milliseconds since 1970
   */
  constructor(limits: readonly number[], now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
    this.#startedAt = now()
  }

  request(route: string, status: number, seconds: number): void {
    const { routes } = this.#minute()
    let counts = routes.get(route)
    if (counts === undefined) {
      counts = { byDuration: new Uint32Array(this.#limits.length + 1), failures: 0 }
      routes.set(route, counts)
    }
    let bucket = 0
    while (bucket < this.#limits.length && seconds > this.#limits[bucket]!) bucket++
    counts.byDuration[bucket]!++
    if (status >= 500) counts.failures++
  }

  rejection(): void {
    this.#minute().rejected++
  }

  historyRead(isCached: boolean): void {
    const minute = this.#minute()
    minute.historyReads++
    if (isCached) minute.historyHits++
  }

  summary(): Traffic {
    const minutes = this.#recent(toMinutes(this.#now()))
    const names = new Set(minutes.flatMap(({ routes }) => [...routes.keys()]))
    const sum = (count: (minute: Minute) => number) =>
      minutes.reduce((total, minute) => total + count(minute), 0)
    const windowStart = (toMinutes(this.#now()) - windowMinutes + 1) * 60_000
    return {
      seconds: Math.max(1, (this.#now() - Math.max(windowStart, this.#startedAt)) / 1000),
      routes: [...names]
        .map((route) =>
          this.#summarize(
            route,
            minutes.flatMap(({ routes }) => routes.get(route) ?? []),
          ),
        )
        .sort((a, b) => b.requests - a.requests),
      rejected: sum(({ rejected }) => rejected),
      historyReads: sum(({ historyReads }) => historyReads),
      historyHits: sum(({ historyHits }) => historyHits),
    }
  }

  #summarize(route: string, counts: readonly RouteCounts[]): RouteTraffic {
    const byDuration = Array.from({ length: this.#limits.length + 1 }, (_, bucket) =>
      counts.reduce((total, { byDuration }) => total + byDuration[bucket]!, 0),
    )
    const requests = byDuration.reduce((total, count) => total + count, 0)
    const failures = counts.reduce((total, { failures }) => total + failures, 0)
    let passed = 0
    const bucket = byDuration.findIndex((count) => {
      passed += count
      return passed >= 0.99 * requests
    })
    return { route, requests, failures, p99Seconds: this.#limits[bucket] ?? Number.POSITIVE_INFINITY }
  }

  #minute(): Minute {
    const at = toMinutes(this.#now())
    const last = this.#minutes.at(-1)
    if (last?.at === at) return last
    const minute = { at, routes: new Map(), rejected: 0, historyReads: 0, historyHits: 0 }
    this.#minutes = [...this.#recent(at), minute]
    return minute
  }

  #recent(now: number): Minute[] {
    return this.#minutes.filter(({ at }) => at > now - windowMinutes)
  }
}

const windowMinutes = 5

function toMinutes(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000)
}
