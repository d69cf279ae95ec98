// Files that tell whether they are still what was written.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeAtomically } from './write-atomically.ts'

/** A file is not what was written: a disk or a copy has damaged it. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** Writes the pieces, joined, behind their SHA-256; all of them or, after an error or a crash, nothing new. */
export async function writeSealed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await writeAtomically(path, [hashOf(pieces), ...pieces])
}

/**
 * What `writeSealed` wrote; undefined where there is no file.
 *
 * @throws DamagedFileError when the file is another than was written
 */
export async function readSealed(path: string): Promise<Uint8Array | undefined> {
  const file = await readFile(path).catch(undefinedWhereAbsent)
  if (file === undefined) return undefined
  const body = file.subarray(hashBytes)
  if (!hashOf([body]).equals(file.subarray(0, hashBytes)))
    throw new DamagedFileError(
      `${path} is damaged: its ${file.length} bytes do not have the SHA-256 they begin with`,
    )
  return body
}

const hashBytes = 32

function hashOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest()
}

function undefinedWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
