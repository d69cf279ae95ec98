import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

export interface LoadTask {
  readonly url: string
  /** Drawn from with replacement; a GET where there is no body. */
  readonly requests: readonly { readonly path: string; readonly body?: unknown }[]
  readonly connections: number
  readonly seconds: number
  /** Requests a second; as many as are answered where left out. */
  readonly rate?: number
  readonly seed: number
}

/** Latencies are milliseconds of answers with status 200. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that broke off. */
  readonly errors: number
}

/** Runs the load generator in a process of its own. */
export async function runLoad(task: LoadTask): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(task))
  return (await json(child.stdout)) as LoadResult
}

/** Answers that were not a success, and connections that broke off. */
export function failuresOf({ statuses, errors }: LoadResult): number {
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return answered - (statuses[200] ?? 0) + errors
}
