import type { Logger } from 'pino'
import { causeCode } from '../db/connection-errors.ts'

/**
 * Logs why requests get no answer from the database: for each cause one line at once, and then at most one a minute with
 * the number of requests since the last.
 */
export function createOutageLog(log: Logger, now: () => number = Date.now) {
  const reported = new Map<string, { at: number; since: number }>()
  return (err: Error, requestId: string): void => {
    const cause = causeCode(err) ?? err.name
    const last = reported.get(cause)
    if (last) last.since++
    if (last && now() - last.at < intervalMs) return
    log.warn({ requestId, err, requests: last?.since ?? 1 }, 'database unavailable')
    reported.set(cause, { at: now(), since: 0 })
  }
}

const intervalMs = 60_000
