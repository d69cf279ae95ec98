import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadTask, runLoad } from './run-load.ts'

/** The behavior of the service beyond its capacity. */
export interface Overload {
  /** Requests sent per second. */
  readonly rate: number
  readonly answersPerSecond: number
  /** The number of responses by status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly brokenConnections: number
  /** Time until a second begins in which every single request succeeds within `maxUsualMs`. */
  readonly recoveredAfterMs: number
}

/** Sends requests at a rate over up to 2,000 connections, then measures how soon the service has recovered. */
export async function measureOverload(
  url: string,
  requests: LoadTask['requests'],
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Overload> {
  const result = await runLoad({ url, requests, connections: 2000, rate, seconds, seed: 2 })
  return {
    rate,
    answersPerSecond: result.requestsPerSecond,
    statuses: result.statuses,
    brokenConnections: result.errors,
    recoveredAfterMs: await measureRecoveryMs(url, requests),
  }
}

async function measureRecoveryMs(url: string, requests: LoadTask['requests']): Promise<number> {
  const started = performance.now()
  let healthySince = started
  while (performance.now() - healthySince < 1000 && performance.now() - started < 30_000) {
    const sent = performance.now()
    const { path, body } = requests[Math.floor(sent) % requests.length]!
    const response = await fetch(`${url}${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    await response.text()
    if (!response.ok || performance.now() - sent > maxUsualMs) healthySince = performance.now()
    await sleep(5)
  }
  return healthySince - started
}

const maxUsualMs = 100
