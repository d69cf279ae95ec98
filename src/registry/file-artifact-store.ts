// Artifacts as files in a folder.
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import {
  ArtifactMissingError,
  type ArtifactStore,
  type StoredBytes,
  type StoredKey,
} from './artifact-store.ts'
import { writeAtomically } from './write-atomically.ts'

/** Keeps each artifact in the file `root/key`; folders are created on demand, for their owner only. */
export function createFileArtifactStore(root: string): ArtifactStore {
  return {
    put: async (key, pieces) => {
      try {
        await makePrivate(root, dirname(key))
        await writeAtomically(join(root, key), pieces)
      } catch (cause) {
        throw new Error(`Cannot write ${key} into ${root}`, { cause })
      }
    },
    get: (key) => openFile(root, key),
    remove: (key) => rm(join(root, key), { force: true }),
    list: (folder = '') => listFiles(root, folder),
    // a folder that is written to meanwhile is not empty at first
    removeFolder: (folder) => rm(join(root, folder), { recursive: true, force: true, maxRetries: 5 }),
    locationOf: (key) => join(root, key),
  }
}

/** Closes the first folder of a key to other users, because its files contain ratings or what was learned from them. */
async function makePrivate(root: string, folder: string): Promise<void> {
  await mkdir(join(root, folder), { recursive: true, mode: 0o700 })
  await chmod(join(root, folder.split('/')[0]!), 0o700)
}

const chunkBytes = 2 ** 20

async function openFile(root: string, key: string): Promise<StoredBytes> {
  const file = await open(join(root, key)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause
    throw new ArtifactMissingError(`There is no ${key} in ${root}`, { cause })
  })
  const { size } = await file.stat()
  return { size, chunks: file.createReadStream({ highWaterMark: chunkBytes }) }
}

async function listFiles(root: string, folder: string): Promise<StoredKey[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
    emptyIfMissing,
  )
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const stored = await Promise.all(files.map((path) => storedKey(root, path)))
  return stored.filter((entry) => entry !== undefined)
}

/** Undefined for a file that was deleted meanwhile. */
async function storedKey(root: string, path: string): Promise<StoredKey | undefined> {
  const stats = await stat(path).catch(undefinedIfMissing)
  return (
    stats && {
      key: relative(root, path).replaceAll(sep, '/'),
      storedAt: stats.mtime,
      version: `${stats.ino} ${stats.mtimeMs}`,
    }
  )
}

function emptyIfMissing(error: NodeJS.ErrnoException): [] {
  undefinedIfMissing(error)
  return []
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
