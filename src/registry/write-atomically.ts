import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from './replace-file.ts'

/**
 * Writes the concatenated pieces to a file, and creates its folder. Readers see the whole file or the previous one, also
 * after a crash: a temporary file is written, flushed to disk and renamed. `write-file-atomic` takes only one piece, which
 * would need a second copy of large weights in memory, and does not flush the folder.
 */
export async function writeAtomically(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await replaceFile(path, (temporary) => writeFlushed(temporary, pieces))
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

/** Makes the rename survive a power failure; Windows cannot open folders and does not need it. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
