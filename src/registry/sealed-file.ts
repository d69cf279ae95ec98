// Files with a checksum.
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hashOf } from './pieces.ts'
import { writeAtomically } from './write-atomically.ts'

/** A file is damaged: its content does not match its checksum. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** Writes the SHA-256 of the concatenated pieces and the pieces: all or, after an error or a crash, nothing. */
export async function writeSealed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  // the files of a run contain ratings
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeAtomically(path, [sealOf(pieces), ...pieces])
}

/**
 * The content that `writeSealed` wrote; undefined if there is no file.
 *
 * @throws DamagedFileError if the content does not match the checksum
 */
export async function readSealed(path: string): Promise<Uint8Array | undefined> {
  const file = await readFile(path).catch(undefinedIfMissing)
  if (file === undefined) return undefined
  const body = file.subarray(hashBytes)
  if (!sealOf([body]).equals(file.subarray(0, hashBytes)))
    throw new DamagedFileError(
      `${path} is damaged: its ${file.length} bytes do not match the SHA-256 at its start`,
    )
  return body
}

const hashBytes = 32

function sealOf(pieces: readonly Uint8Array[]): Buffer {
  return Buffer.from(hashOf(pieces), 'hex')
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
