// The embedded server of the sandbox, kept running.
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '../../src/db/embedded-postgres.ts'

export interface KeptPostgres {
  kill(): Promise<boolean>
  /** Pauses all its processes for a time. */
  pause(milliseconds: number): Promise<boolean>
  restart(): Promise<boolean>
  /** No longer starts it again; it keeps running. */
  release(): Promise<void>
}

const checkIntervalMs = 300

export function keepPostgres(home: string): KeptPostgres {
  let isKept = true
  const keep = async () => {
    while (isKept) {
      // it cannot start on a full disk
      if (!(await findEmbeddedPostgres(home))) await startEmbeddedPostgres(home).catch(() => {})
      await sleep(checkIntervalMs)
    }
  }
  const kept = keep()
  const processes = async () => {
    const server = await findEmbeddedPostgres(home)
    return server ? [server.pid, ...childrenOf(server.pid)] : []
  }
  return {
    kill: async () => sendTo((await processes()).slice(0, 1), 'SIGKILL'),
    pause: async (milliseconds) => {
      const paused = await processes()
      sendTo(paused, 'SIGSTOP')
      await sleep(milliseconds)
      // and those that started before their parent was paused
      sendTo(
        paused.flatMap((pid) => [pid, ...childrenOf(pid)]),
        'SIGCONT',
      )
      return paused.length > 0
    },
    restart: () => stopEmbeddedPostgres(home),
    release: async () => {
      isKept = false
      await kept
    },
  }
}

function sendTo(pids: readonly number[], signal: NodeJS.Signals): boolean {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  return pids.length > 0
}

function childrenOf(parent: number): number[] {
  return listProcesses()
    .filter(({ parentPid }) => parentPid === parent)
    .map(({ pid }) => pid)
}

export interface ListedProcess {
  readonly pid: number
  readonly parentPid: number
  readonly command: string
}

export function listProcesses(): ListedProcess[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
  return lines.flatMap((line) => {
    const [, pid, parentPid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid), command: command! }]
  })
}
