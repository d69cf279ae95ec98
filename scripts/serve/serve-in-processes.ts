import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { RateLimiterClusterMaster } from 'rate-limiter-flexible'
import { relayMetrics } from '../../src/http/cluster-metrics.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { logLine } from '../terminal/with-database.ts'

/** Tells a process its number; not for users. */
export const processNumberVariable = 'PALATE_PROCESS_NUMBER'

/**
 * Runs the command in `count` processes that share the port, until the signal is aborted. A process that ends by itself is
 * replaced. This process counts the requests of each key, and passes metrics on.
 *
 * @returns the exit code: that of a process that could not start, or did not end well, else 0
 */
export async function serveInProcesses(count: number, signal: AbortSignal): Promise<number> {
  // each process accepts connections itself: one that is handed to a process that has just died would never be answered
  cluster.schedulingPolicy = cluster.SCHED_NONE
  new RateLimiterClusterMaster()
  relayMetrics()
  const stopping = new AbortController()
  signal.addEventListener('abort', () => stopping.abort())
  if (signal.aborted) stopping.abort()
  let failureCode: number | undefined
  const fail = (code: number) => {
    failureCode ??= code
    stopping.abort()
  }
  const ended = Array.from({ length: count }, (_, index) => keepRunning(index + 1, stopping.signal, fail))
  const codes = await Promise.all(ended)
  return failureCode ?? codes.find((code) => code !== 0) ?? 0
}

/**
 * Runs one process after another until the signal is aborted; returns the exit code of the last. A process that replaces
 * another and cannot start, for example during an outage of the database, is replaced like one that ends later: the
 * others still serve.
 *
 * @param fail is called if the first process cannot start
 */
async function keepRunning(
  number: number,
  signal: AbortSignal,
  fail: (code: number) => void,
): Promise<number> {
  let hasListened = false
  for (let pauseMs = minPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    const worker = cluster.fork({ [processNumberVariable]: String(number) })
    const startedAt = performance.now()
    const stop = () => void worker.process.kill('SIGTERM')
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    worker.once('listening', () => {
      hasListened = true
    })
    const code = await exitCodeOf(worker, signal)
    signal.removeEventListener('abort', stop)
    if (signal.aborted) return code
    if (!hasListened) {
      fail(code)
      return code
    }
    // after ten minutes a crash is not one of a series
    if (performance.now() - startedAt > 600_000) pauseMs = minPauseMs
    logLine(`Process ${number} ended unexpectedly with ${code}; starting another one`)
    await setTimeout(pauseMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return 0
  }
}

const minPauseMs = 250
const maxPauseMs = 10_000

/** A signal counts as a failure, but for SIGTERM on a process that is stopped before it handles signals. */
async function exitCodeOf(worker: Worker, stopping: AbortSignal): Promise<number> {
  const [code, killedBy] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null]
  if (stopping.aborted && killedBy === 'SIGTERM') return 0
  return code ?? exitCodes.failed[0]
}
