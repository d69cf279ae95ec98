// Safetensors files with a checksum, in an artifact store.
import {
  ArtifactMissingError,
  type ArtifactStore,
  ArtifactStoreError,
  type StoredBytes,
} from './artifact-store.ts'
import { hashOf } from './pieces.ts'
import { readSafetensors } from './read-safetensors.ts'
import type { Safetensors } from './safetensors-decoder.ts'

/** A file is damaged: its content does not match its checksum. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** Writes the SHA-256 of the concatenated pieces and the pieces: all or, after an error or a crash, nothing. */
export async function writeSealed(
  store: ArtifactStore,
  key: string,
  pieces: readonly Uint8Array[],
): Promise<void> {
  await store.put(key, [Buffer.from(hashOf(pieces), 'hex'), ...pieces])
}

/**
 * The content that `writeSealed` wrote; undefined if there is none.
 *
 * @throws DamagedFileError if the content does not match the checksum, ArtifactStoreError
 */
export async function readSealed(store: ArtifactStore, key: string): Promise<Safetensors | undefined> {
  const sealed = await openSealed(store, key)
  try {
    return sealed && (await readSafetensors(sealed.content, sealed.sha256))
  } catch (cause) {
    if (cause instanceof ArtifactStoreError) throw cause
    throw new DamagedFileError(`${store.locationOf(key)} is damaged: ${(cause as Error).message}`, { cause })
  }
}

/** The SHA-256 in hex, and the content that should have it; undefined if there is none. */
export async function openSealed(
  store: ArtifactStore,
  key: string,
): Promise<{ readonly sha256: string; readonly content: StoredBytes } | undefined> {
  const stored = await store.get(key).catch(undefinedIfMissing)
  if (stored === undefined) return undefined
  const chunks = stored.chunks[Symbol.asyncIterator]()
  const first: Uint8Array = (await chunks.next()).value ?? new Uint8Array(0)
  return {
    sha256: Buffer.from(first.subarray(0, hashBytes)).toString('hex'),
    content: { size: stored.size - hashBytes, chunks: startingWith(first.subarray(hashBytes), chunks) },
  }
}

const hashBytes = 32

async function* startingWith(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first
    yield* { [Symbol.asyncIterator]: () => rest }
  } finally {
    // also where only the first chunk is read
    await rest.return?.()
  }
}

function undefinedIfMissing(error: Error): undefined {
  if (!(error instanceof ArtifactMissingError)) throw error
}
