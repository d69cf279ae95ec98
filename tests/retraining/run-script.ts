// A script as a process of its own, as cron would run it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { programOf } from '../programs.ts'

const checkout = join(import.meta.dirname, '../..')

export interface ScriptSetting {
  /** Besides these it knows where programs are. */
  readonly env: Readonly<Record<string, string>>
  /** A program that runs before the script in its process. */
  readonly preload?: string
  /** Lets the script load TypeScript, as npm does. */
  readonly loadsTypeScript?: true
  /** Runs before the script in its shell. */
  readonly shell?: string
  /** Sees what the script prints, and may send it signals. */
  readonly onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void
}

export async function runScript(
  script: string,
  args: readonly string[],
  { env, preload, loadsTypeScript, shell = '', onLine }: ScriptSetting,
) {
  const before = [...(loadsTypeScript ? ['tsx'] : []), ...(preload === undefined ? [] : [programOf(preload)])]
  const imports = before.flatMap((module) => ['--import', module])
  const command = [process.execPath, ...imports, programOf(`scripts/${script}.ts`), ...args]
  const child = spawn('bash', ['-c', `${shell} exec "$@"`, 'bash', ...command], {
    cwd: checkout,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (onLine)
    child.stdout.on('data', (lines) => onLine(String(lines), (signal) => process.kill(child.pid!, signal)))
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: await stdout, stderr: await stderr }
}
