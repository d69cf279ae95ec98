// A command as its own process, started as this one was.
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, extname, join } from 'node:path'
import { environmentOfProcess } from '../../src/config/config.ts'
import type { CommandName } from '../terminal/exit-codes.ts'

export interface Ended {
  readonly command: CommandName
  /** Null if a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The signals that it was sent. */
  readonly sent: ReadonlySet<NodeJS.Signals>
  /** Whether a service accepted requests. */
  readonly listened: boolean
  /** The end of its output. */
  readonly output: string
}

export interface Program {
  readonly ended: Promise<Ended>
  send(signal: NodeJS.Signals): void
  /** Kills a process that does not end as it should: not a fault of the schedule, so not in `sent`. */
  abandon(): void
}

export type Environment = Readonly<Record<string, string>>

/** Starts `npm run <command>` without npm in between, in its own process group: Ctrl-C is for this process alone. */
export function startProgram(
  command: CommandName,
  args: readonly string[],
  environment: Environment,
  onListening: () => void = () => {},
): Program {
  const [, main] = process.argv as [string, string]
  const file = join(dirname(main), `${command}${extname(main)}`)
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    env: { ...environmentOfProcess(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const sent = new Set<NodeJS.Signals>()
  const { output, listened } = watchOutput(child, () => {
    // it may have listened at the moment when it was ended
    if (!endSignals.some((signal) => sent.has(signal))) onListening()
  })
  const killWithThis = () => child.kill('SIGKILL')
  process.once('exit', killWithThis)
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => {
      process.removeListener('exit', killWithThis)
      resolve({ command, code, signal, sent, listened: listened(), output: output() })
    }),
  )
  const send = (signal: NodeJS.Signals) => {
    sent.add(signal)
    child.kill(signal)
  }
  return { ended, send, abandon: () => void child.kill('SIGKILL') }
}

const endSignals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const

const keptCharacters = 3000

function watchOutput(child: ChildProcess, onListening: () => void) {
  let tail = ''
  let listened = false
  const add = (piece: string) => {
    tail = (tail + piece).slice(-keptCharacters)
    if (listened || !tail.includes('listening on http')) return
    listened = true
    onListening()
  }
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', add)
  return { output: () => tail, listened: () => listened }
}
