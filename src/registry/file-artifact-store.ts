// Artifacts as files in a folder.
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ArtifactMissingError, type ArtifactStore } from './artifact-store.ts'
import { writeAtomically } from './write-atomically.ts'

/** Keeps each artifact in the file `folder/key`; folders are created on demand. */
export function createFileArtifactStore(folder: string): ArtifactStore {
  return {
    put: async (key, pieces) => {
      requireReadable(key, pieces)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await chmod(folder, 0o700)
        await writeAtomically(join(folder, key), pieces)
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
    remove: (key) => rm(join(folder, key), { force: true }),
    list: () => listFiles(folder),
  }
}

/** The largest file that Node reads at once. */
const maxBytes = 2 ** 31 - 1

function requireReadable(key: string, pieces: readonly Uint8Array[]): void {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
  if (bytes > maxBytes)
    throw new RangeError(
      `${key} would have ${(bytes / 2 ** 30).toFixed(1)} GiB, and an artifact of more than 2 GiB cannot be read: leave out rare items, or train a model whose weights do not grow with the square of the number of items`,
    )
}

async function listFiles(folder: string): Promise<{ key: string; storedAt: Date }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(emptyIfMissing)
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(
    files.map(async (path) => ({ key: relative(folder, path), storedAt: (await stat(path)).mtime })),
  )
}

function emptyIfMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
