// Runs `npm run db` as a process of its own, as other scripts would be.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Owner } from '../../src/db/embedded/owner.ts'
import { programOf } from '../programs.ts'

const checkout = join(import.meta.dirname, '../..')

interface Setting {
  readonly home: string
  /** The user, by default that of this process. */
  readonly user?: Owner
  readonly databaseUrl?: string
  /** Keeps a shell alive after the script, in the same process group. */
  readonly thenSleep?: boolean
}

/** The script, leading a process group as it would in a terminal. */
export function spawnScript(args: readonly string[], setting: Setting): ChildProcess {
  const { home, user, databaseUrl, thenSleep } = setting
  const script = [process.execPath, programOf('scripts/db.ts'), ...args]
  const [program, ...rest] = thenSleep ? ['/bin/sh', '-c', '"$@"; sleep 60', 'sh', ...script] : script
  return spawn(program!, rest, {
    ...user,
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, PALATE_HOME: home, ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
  })
}

export async function runScript(args: readonly string[], setting: Setting) {
  const script = spawnScript(args, setting)
  const ended = new Promise<number | null>((resolve) => script.once('close', resolve))
  const [code, stdout, stderr] = await Promise.all([ended, text(script.stdout!), text(script.stderr!)])
  return { code, stdout, stderr }
}

/** An empty home that every user can pass through, with folders in it. */
export async function makeHome(...folders: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'palate-home-'))
  await chmod(home, 0o755)
  for (const folder of folders) await mkdir(join(home, folder))
  return home
}
