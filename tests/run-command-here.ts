import { Console } from 'node:console'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { repeatable } from './repeatable-commands.ts'

const checkout = join(import.meta.dirname, '..')

interface Surroundings {
  /** Besides these it knows where programs are. */
  readonly env: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input?: string
}

/**
 * Runs a command in the process of the test, which has most modules loaded already. What the command prints and its exit
 * code are those of a process of its own; tests of signals, pipes and limits start one, see `programs.ts`. Commands run
 * one after another, since they share the process.
 */
export async function runCommandHere(
  script: string,
  args: readonly string[],
  { env, input = '' }: Surroundings,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const printed = Promise.all([text(stdout), text(stderr)])
  const path = join(checkout, 'scripts', `${script}.ts`)
  const restore = replaceProcess({
    argv: [process.execPath, path, ...args],
    env: { PATH: process.env.PATH, ...env },
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
  })
  let code: number
  try {
    const { run } = (await import(`${path}${repeatable}`)) as { run(): Promise<void> }
    await run()
  } finally {
    code = Number(process.exitCode ?? 0)
    restore()
    stdout.end()
    stderr.end()
  }
  const [out, err] = await printed
  return { code, stdout: out, stderr: err }
}

type Replaced = Pick<typeof process, 'argv' | 'env'> & {
  readonly stdin: Readable
  readonly stdout: PassThrough
  readonly stderr: PassThrough
}

/** Returns a function that restores the process, without the listeners that were added since. */
function replaceProcess(parts: Replaced): () => void {
  const before = Object.keys(parts).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)!] as const,
  )
  const { exitCode } = process
  const listeners = interruptions.map((signal) => new Set(process.listeners(signal)))
  const { console } = globalThis
  for (const [name, value] of Object.entries(parts))
    Object.defineProperty(process, name, { configurable: true, enumerable: true, writable: true, value })
  process.exitCode = undefined
  globalThis.console = new Console(parts.stdout, parts.stderr)
  return () => {
    for (const [name, descriptor] of before) Object.defineProperty(process, name, descriptor)
    process.exitCode = exitCode
    globalThis.console = console
    for (const [n, signal] of interruptions.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[n]!.has(listener)) process.removeListener(signal, listener)
  }
}

const interruptions = ['SIGINT', 'SIGTERM'] as const
