// The measured servers, each in its own process, which prints the URL that it listens on.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Program {
  readonly url: string
  /** The output until it listened. */
  readonly output: string
  rssBytes(): number
  /** The time that its threads have computed; 0 where the system has no /proc. */
  cpuSeconds(): number
  stop(): Promise<void>
}

/**
 * Starts a program, with its output in the file `logPath`, and waits until it listens.
 *
 * @throws Error with the end of its output, when it ends before it listens
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
  const output = await untilListening(child, logPath)
  const stop = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined
    child.kill('SIGTERM')
    await ended
  }
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    url: /listening on (http:[^"\s]+)/.exec(output)![1]!,
    output,
    rssBytes: () => rssOf(child.pid!),
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    stop,
  }
}

/** What `npm run serve` runs; without npm between, which would be measured in its place. */
export function serveCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, ...args] = scripts.serve.split(' ')
  return [process.execPath, ...args]
}

async function untilListening(child: ChildProcess, logPath: string): Promise<string> {
  for (let waited = 0; waited < maxStartMs; waited += 50) {
    await sleep(50)
    const output = readFileSync(logPath, 'utf8')
    if (output.includes('listening on http')) return output
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`${child.spawnargs.join(' ')} ended:\n${output.slice(-2000)}`)
  }
  child.kill('SIGKILL')
  throw new Error(`${child.spawnargs.join(' ')} does not listen after ${maxStartMs / 1000} s`)
}

const maxStartMs = 120_000

function rssOf(pid: number): number {
  return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }))
}

function cpuSecondsOf(pid: number): number {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return 0
  // after the name in parentheses: user and system time are the fields 12 and 13, in hundredths of a second
  const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
