// A small file system of its own, so that it can be filled without harm to the machine.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Disk {
  /** Writes until there is no space left. */
  fill(): void
  /** Makes space again. */
  free(): void
  remove(): void
}

const mebibytes = 768

/** A file system in memory at `folder`. Undefined if this user may not mount any. */
export function mountDisk(folder: string): Disk | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tmpfs', folder], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  const filler = join(folder, 'filler')
  const free = () => rmSync(filler, { force: true })
  return {
    fill: () => fillWith(filler),
    free,
    remove: () => void execFileSync('umount', [folder]),
  }
}

function fillWith(path: string): void {
  const file = openSync(path, 'a')
  const block = Buffer.alloc(1 << 20)
  try {
    for (let size = block.length; size > 0; size >>= 1) writeUntilFull(file, block.subarray(0, size))
  } finally {
    closeSync(file)
  }
}

function writeUntilFull(file: number, block: Uint8Array): void {
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
