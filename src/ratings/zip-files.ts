import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { openPromise } from 'yauzl'
import { abortable, type DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'

/** Whether the file at `path` starts with the signature of a zip archive. */
export async function isZip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.readUInt32BE(0) === 0x504b0304
  } finally {
    await file.close()
  }
}

/**
 * The files of a zip archive, decompressed while they are read and never written to disk.
 *
 * @throws RatingsInputError when the archive is damaged, or has paths that lead out of it.
 */
export async function listZip(path: string): Promise<readonly DataFile[]> {
  const zip = await openPromise(path).catch((cause: unknown) => {
    throw new RatingsInputError(`${path} is a damaged zip archive: ${cause}`, { cause })
  })
  const files: DataFile[] = []
  try {
    for await (const { fileName, uncompressedSize } of zip.eachEntry())
      if (!fileName.endsWith('/'))
        files.push({
          name: basename(fileName),
          bytes: uncompressedSize,
          open: (signal) => readEntry(path, fileName, signal),
        })
  } catch (cause) {
    throw unreadable(path, cause)
  }
  return files
}

async function* readEntry(path: string, name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const zip = await openPromise(path, { autoClose: false })
  try {
    for await (const entry of zip.eachEntry())
      if (entry.fileName === name) return yield* abortable(await zip.openReadStreamPromise(entry), signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw unreadable(`${name} in ${path}`, error)
  } finally {
    zip.close()
  }
}

/** yauzl also refuses paths such as ../ratings.csv, encryption and unusual compression. */
function unreadable(what: string, cause: unknown): RatingsInputError {
  return new RatingsInputError(`${what} cannot be read as a zip archive: ${(cause as Error).message}`, {
    cause,
  })
}
