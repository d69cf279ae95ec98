// Artifacts as files in a folder.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ArtifactMissingError, type ArtifactStore } from './artifact-store.ts'

/** Keeps each artifact in the file `folder/key`; the folders are made when the first one comes. */
export function createFileArtifactStore(folder: string): ArtifactStore {
  return {
    put: async (key, pieces) => {
      try {
        await writeWhole(join(folder, key), pieces)
      } catch (cause) {
        throw new Error(`Cannot write ${key} into ${folder}`, { cause })
      }
    },
    get: async (key) => {
      try {
        return await readFile(join(folder, key))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
        throw new ArtifactMissingError(`There is no ${key} in ${folder}`, { cause })
      }
    },
  }
}

/** A reader sees the whole file or none: it is written aside, flushed to the disk and then renamed. */
async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
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
