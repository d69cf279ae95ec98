// One measurement of the service with its champion: at its peak, and at half of it.
import { join } from 'node:path'
import { serveCommand, startProgram } from './program.ts'
import { failuresOf, type LoadTask, responsesOf, runLoad } from './run-load.ts'
import { untilResponds } from './until-responds.ts'

/** Latencies in milliseconds. */
export interface ServedSearch {
  readonly requestsPerSecond: number
  readonly cpuMicrosecondsPerRequest: number
  readonly halfOfPeak: { readonly rate: number; readonly p50: number; readonly p99: number }
  readonly errors: number
  readonly rssBytes: number
}

interface Served {
  readonly environment: Readonly<Record<string, string>>
  readonly home: string
  readonly requests: LoadTask['requests']
  readonly connections: number
  readonly seconds: number
}

export async function serveVersion({
  environment,
  home,
  requests,
  connections,
  seconds,
}: Served): Promise<ServedSearch> {
  const command = [...serveCommand(), '--port', '0']
  const program = await startProgram(command, join(home, 'service.log'), environment)
  try {
    await untilResponds(`${program.url}/health/ready`)
    const load = { url: program.url, requests, connections, seconds, seed: 1 }
    await runLoad(load)
    const cpuSeconds = program.cpuSeconds()
    const peak = await runLoad(load)
    const computed = program.cpuSeconds() - cpuSeconds
    const rate = Math.max(1, Math.round(peak.requestsPerSecond / 2))
    const half = await runLoad({ ...load, rate })
    return {
      requestsPerSecond: peak.requestsPerSecond,
      cpuMicrosecondsPerRequest: (1e6 * computed) / responsesOf(peak),
      halfOfPeak: { rate, p50: half.p50, p99: half.p99 },
      errors: failuresOf(peak) + failuresOf(half),
      rssBytes: program.rssBytes(),
    }
  } finally {
    await program.stop()
  }
}
