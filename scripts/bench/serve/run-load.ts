import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

export interface LoadTask {
  readonly url: string
  /** Drawn with replacement; a GET if there is no body. */
  readonly requests: readonly { readonly path: string; readonly body?: unknown }[]
  readonly connections: number
  readonly seconds: number
  /** Requests per second; by default each connection sends the next request after each response. */
  readonly rate?: number
  readonly seed: number
}

/** Latencies are in milliseconds, of responses with status 200. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly statuses: Readonly<Record<string, number>>
  /** The number of broken connections. */
  readonly errors: number
}

/** Runs the load generator in its own process. */
export async function runLoad(task: LoadTask): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(task))
  return (await json(child.stdout)) as LoadResult
}

/** The number of responses with a status other than 200, and of broken connections. */
export function failuresOf(result: LoadResult): number {
  return responsesOf(result) - (result.statuses[200] ?? 0) + result.errors
}

export function responsesOf({ statuses }: LoadResult): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0)
}
