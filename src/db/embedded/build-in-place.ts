import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './processes.ts'

/**
 * Makes the folder `path` all at once: `build` fills a scratch folder beside it, which then takes its name. Where
 * several processes do so together one of them wins and all of them find its folder; one that is killed leaves
 * only scratch, which the next sweeps away. Does nothing where the folder is there already.
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
    // Tried again while a child of the killed process still writes there.
    const patience = { maxRetries: 5, retryDelay: 100 }
    await rm(join(dirname(path), name), { recursive: true, force: true, ...patience })
  }
}
