import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file of these pieces, joined; its folder is made where there is none. A reader sees the whole file or what
 * was there before, also after a crash: it is written aside, flushed to the disk and then renamed.
 */
export async function writeAtomically(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const aside = `${path}.${crypto.randomUUID()}.part`
  try {
    await writeFlushed(aside, pieces)
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await flushFolder(dirname(path))
}

async function writeFlushed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for (const piece of pieces) await file.writeFile(piece)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the rename itself last through a power cut; Windows cannot open folders and needs none of it. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
