// Reads stored tensors and checks them on the way.
import { createHash } from 'node:crypto'
import type { StoredBytes } from './artifact-store.ts'
import { createSafetensorsDecoder, type Safetensors } from './safetensors-decoder.ts'

/**
 * Reads a safetensors file in chunks, so that a service handles requests in between and large weights are in memory once.
 *
 * @param sha256 of the file in hex
 * @throws Error if the bytes have another SHA-256, or else if they are not such a file
 */
export async function readSafetensors({ size, chunks }: StoredBytes, sha256: string): Promise<Safetensors> {
  const hash = createHash('sha256')
  const decoder = createSafetensorsDecoder(size)
  let problem: unknown
  for await (const chunk of chunks) {
    hash.update(chunk)
    try {
      if (problem === undefined) decoder.write(chunk)
    } catch (error) {
      problem = error
    }
  }
  const found = hash.digest('hex')
  if (found !== sha256) throw new Error(`its SHA-256 is ${found}, but should be ${sha256}`)
  if (problem !== undefined) throw problem
  return decoder.end()
}

/** The metadata, without the tensors, and without a check: undefined if the file ends before them. */
export async function readMetadata({
  size,
  chunks,
}: StoredBytes): Promise<Safetensors['metadata'] | undefined> {
  const decoder = createSafetensorsDecoder(size)
  for await (const chunk of chunks) {
    decoder.write(chunk)
    const metadata = decoder.metadata()
    if (metadata) return metadata
  }
  return undefined
}
