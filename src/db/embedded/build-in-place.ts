import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './processes.ts'

/**
 * Creates the folder `path` atomically: `build` fills a scratch folder next to it, which is then renamed. If several
 * processes do so at once, one succeeds and all use its folder; a killed process leaves only a scratch folder, which the
 * next one removes. Does nothing if the folder exists.
 */
export async function buildInPlace(path: string, build: (scratch: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return
  await sweep(path)
  const scratch = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`
  await mkdir(scratch)
  try {
    await chmod(scratch, 0o755)
    await build(scratch)
    await rename(scratch, path)
  } catch (error) {
    await rm(scratch, { recursive: true, force: true })
    if (!existsSync(path)) throw error
  }
}

async function sweep(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(`${basename(path)}.`) && /\.(\d+)-[0-9a-f]{8}$/.exec(name)?.[1]
    if (!pid || isAlive(Number(pid))) continue
    // retried while a child of the killed process still writes there
    const patience = { maxRetries: 5, retryDelay: 100 }
    await rm(join(dirname(path), name), { recursive: true, force: true, ...patience })
  }
}
