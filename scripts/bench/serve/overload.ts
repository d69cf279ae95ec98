import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadTask, runLoad } from './run-load.ts'

/** How the service takes more than it can do. */
export interface Overload {
  /** Asked, a second. */
  readonly rate: number
  readonly answersPerSecond: number
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>
  readonly brokenConnections: number
  /** Until a second of single requests began in which each was answered as usual. */
  readonly recoveredAfterMs: number
}

/** Asks at that rate over as many as 2,000 connections, and then watches how soon all is well. */
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
    recoveredAfterMs: await millisecondsUntilWell(url, requests),
  }
}

async function millisecondsUntilWell(url: string, requests: LoadTask['requests']): Promise<number> {
  const started = performance.now()
  let wellSince = started
  while (performance.now() - wellSince < 1000 && performance.now() - started < 30_000) {
    const asked = performance.now()
    const { path, body } = requests[Math.floor(asked) % requests.length]!
    const response = await fetch(`${url}${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    await response.text()
    if (!response.ok || performance.now() - asked > longestUsual) wellSince = performance.now()
    await sleep(5)
  }
  return wellSince - started
}

const longestUsual = 100 // milliseconds
