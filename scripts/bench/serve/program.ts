// The servers that are measured, each a process of its own that says on stdout where it listens.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Program {
  readonly url: string
  /** What it printed before it listened. */
  readonly said: string
  rssBytes(): number
  stop(): Promise<void>
}

/**
 * Starts a program and waits until it listens. What it prints goes into the file `logPath`.
 *
 * @throws Error with the end of what it printed, when it ends before it listens
 */
export async function startProgram(
  command: readonly string[],
  logPath: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const log = openSync(logPath, 'w')
  const [program, ...args] = command
  const child = spawn(program!, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
  })
  child.on('error', () => {})
  closeSync(log)
  const said = await untilListening(child, logPath)
  const stop = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined
    child.kill('SIGTERM')
    await ended
  }
  process.once('exit', () => child.kill('SIGKILL'))
  return { url: /listening on (http:[^"\s]+)/.exec(said)![1]!, said, rssBytes: () => rssOf(child.pid!), stop }
}

async function untilListening(child: ChildProcess, logPath: string): Promise<string> {
  for (let waited = 0; waited < longestStart; waited += 50) {
    await sleep(50)
    const said = readFileSync(logPath, 'utf8')
    if (said.includes('listening on http')) return said
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`${child.spawnargs.join(' ')} ended:\n${said.slice(-2000)}`)
  }
  child.kill('SIGKILL')
  throw new Error(`${child.spawnargs.join(' ')} does not listen after ${longestStart / 1000} s`)
}

const longestStart = 120_000 // milliseconds

function rssOf(pid: number): number {
  return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }))
}
