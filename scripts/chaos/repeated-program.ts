// A program that is started again whenever it ends, as a supervisor or cron would.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ended, Program } from './program.ts'

export interface RepeatedProgram {
  /** Sends a signal to the current process; false if there is none at the moment. */
  send(signal: NodeJS.Signals): boolean
  /** Starts no further process, sends the current one a signal, and waits until it has ended. */
  stop(signal: NodeJS.Signals): Promise<void>
}

const maxEndMs = 60_000

/**
 * @param start starts the process after the one that ended as given, the first time after undefined
 * @param pauseMs the time between two processes
 */
export function repeatProgram(
  start: (previous: Ended | undefined) => Program | Promise<Program>,
  pauseMs: number,
  onEnd: (ended: Ended) => void,
): RepeatedProgram {
  const stopping = new AbortController()
  let current: Program | undefined
  const repeat = async () => {
    let previous: Ended | undefined
    while (!stopping.signal.aborted) {
      current = await start(previous)
      previous = await current.ended
      current = undefined
      onEnd(previous)
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const repeated = repeat()
  const send = (signal: NodeJS.Signals) => {
    current?.send(signal)
    return current !== undefined
  }
  return {
    send,
    stop: async (signal) => {
      stopping.abort()
      send('SIGCONT')
      send(signal)
      const hanging = setTimeout(() => current?.abandon(), maxEndMs)
      await repeated
      clearTimeout(hanging)
    },
  }
}
